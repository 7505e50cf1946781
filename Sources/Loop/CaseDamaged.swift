package import Engine

/// The store has the case, but what it keeps of it cannot be read.
///
/// `load` and `history` throw it. It concerns this one case: set it aside and carry on with the others. `due` does so
/// itself, so that a damaged case cannot stand at the head of the queue for ever.
package struct CaseDamaged: Error, Hashable, Sendable, CustomStringConvertible {
    package let id: CaseID
    /// What is wrong with the bytes.
    package let reason: String

    package init(id: CaseID, reason: String) {
        self.id = id
        self.reason = reason
    }

    package var description: String {
        "cannot read case \(id) in the store: \(reason), restore the store from a backup or report the case"
    }
}
