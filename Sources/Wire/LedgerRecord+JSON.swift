package import Engine
import TimeBase

/// A record of the ledger as programs read it, from the API and from `slactl simulate` alike.
///
/// Names are the API's: never rename.
extension LedgerRecord {
    /// Writes its members into an object that is open; what is not known is left out.
    ///
    /// With the id of its case, for a line that stands alone, the members that say what it is about are always there,
    /// and `null` where there is nothing to say.
    package func writeMembers(to json: inout JSONText, of id: CaseID? = nil) {
        json.member("at", at)
        if let id {
            json.member("case", id.rawValue)
            json.member("record", kind.word)
            json.nullable("target", metric?.word)
            json.nullable("cycle", cycle)
            json.nullable("deadline", deadline)
            json.member("late_ms", late)
            json.nullable("tier", tier)
        } else {
            json.member("record", kind.word)
            json.member("target", metric?.word)
            json.member("cycle", cycle)
            json.member("deadline", deadline)
            json.member("late_ms", late)
            json.member("tier", tier)
        }
        json.member("to", to)
        if !alsoTold.isEmpty { json.member("also_told", alsoTold) }
        json.member("until", until)
        json.member("from_tier", fromTier)
        json.member("team", team)
        json.member("manager", manager)
        json.member("by", by)
        json.member("step", step)
        json.member("reason", reason)
        json.member("revision", revision)
        json.member("duration_ms", duration)
        json.member("calendar", calendar)
        json.member("rule", rule)
        json.member("policy_version", policyVersion)
        json.member("noticed_at", noticedAt)
        json.member("priority", priority)
        json.member("event_id", eventID)
        json.member("other_case", otherCase?.rawValue)
        if !digests.isEmpty { json.member("digests", digests) }
    }
}
