/// `MESSAGE_ID`: one for each kind of journal entry, the key of its text in `systemd/slawatchd.catalog`.
///
/// Published: people filter by these, so one that is given out never changes.
package enum MessageID: String, Sendable, CaseIterable {
    // Of a case.
    case warned = "87a2076ebfb847518da54b7d341208ab"
    case breached = "72ac27250d5e49a0a40c2fafb9463491"
    case escalated = "49c4bfd4d81e4790855586e88a2657ab"
    case retracted = "2375280c022040acb217255d3d236e46"
    case metLate = "bc60f92732374510b4198242dcfc7b9a"
    case notified = "8262aa953c2e4905b55cb329e222ae29"
    case suspended = "0759de4cf10d4303b582fc0f0bfa94b1"
    case moved = "161f882cf5154459a6c309d56edb1ba2"
    case digest = "b1de484d90fe461e8e29df3210a51ed0"
    /// Somebody gave a timer another deadline by hand; announced if it is later.
    case deadlineSet = "5f0d7a9c1e2b4b6f8f3a6c4d2e917b58"
    case acknowledged = "9534a66181bf4902847b0c9f8106bc51"
    case snoozed = "1afcebf1d76e45ae9402aafa059fa973"
    case snoozeEnded = "36113d04e6b64911ab7682ea1f0938bc"
    case announced = "043d25ae63104ba3953386c6b37097b8"
    /// A case has as many events as it can have.
    case caseFull = "c3e1b7a44d0f4a58a1c96f2e7d85b3f0"
    /// Any other decision that a policy has announced.
    case decided = "680a266d02274ffc842f089b2af0bf8c"

    // Of the service.
    case started = "7693c86c6c90479b81965fe3c175ae8d"
    case stopped = "7bd6cb1720ba484dbf46be3e63abfe52"
    case policyAdopted = "7693be35d20c4809af290b650371b131"
    case policyRolledOut = "0574193440f44aa28c771f19b430a33c"
    case zonesChanged = "547366316d924507927f237f80822295"
    case policyRefused = "2c520ef7afe74632978e5234de629b24"
    case clockHeld = "fd23f0753e2f46d9bacaf509c4015c90"
    case clockReleased = "a2d0adb2c88d44a5b8787292447beada"
    case degraded = "41bb9a0022864a458a74e7d87d7b4ab6"
    case recovered = "70acaaf5da674681ba907b0a7938b48c"
    case caseSetAside = "28989bae6b5e4e0b8c2c87d59a2cf54d"
    case watchdogWithheld = "7cf0c9fc518645cab42644902ee51a88"
    case noticesOverlooked = "3a71dc979df54542a6dd5abb3842f23c"
    /// Proves that everything sent before it was read (`JournalOutlet`).
    case barrier = "2251bde47fb549f08e0c368e43c1115d"
    /// Proves that the journal can be read at all.
    case probe = "132ddc7167924c878913eeb266bb867f"
}
