import Engine
import GRDB

/// Who holds a live case, as its fields say; nil if the case is over, or nobody does.
struct Holder: Hashable {
    var agent: String?
    var team: String?

    init(_ state: Case) {
        guard state.status.isLive else { return }
        agent = state.fields.agent
        team = state.fields.team
    }

    private init() {}
    static let nobody = Holder()
}

/// How many live cases each agent and each team holds: one row for each name that holds any.
enum Holders {
    static let statement = """
        INSERT INTO holders(kind, name, cases) VALUES(?1, ?2, ?3)
        ON CONFLICT(kind, name) DO UPDATE SET cases = cases + excluded.cases
        """
    static let cleaning = "DELETE FROM holders WHERE kind = ?1 AND name = ?2 AND cases <= 0"

    /// Counts a case that passes from one holder to another.
    static func note(from old: Holder, to new: Holder, with statements: HotStatements) throws {
        // Almost always nothing has changed.
        guard old != new else { return }
        if old.agent != new.agent { try move(.agent, old.agent, new.agent, statements) }
        if old.team != new.team { try move(.team, old.team, new.team, statements) }
    }

    private static func move(
        _ kind: HolderCount.Kind,
        _ old: String?,
        _ new: String?,
        _ statements: HotStatements
    ) throws {
        if let new { try add(1, kind, new, statements.countHolder) }
        guard let old else { return }
        try add(-1, kind, old, statements.countHolder)
        statements.cleanHolder.bind(Int64(kind.rawValue), at: 1)
        statements.cleanHolder.bind(old, at: 2)
        try statements.cleanHolder.run()
    }

    private static func add(_ cases: Int, _ kind: HolderCount.Kind, _ name: String, _ insert: Prepared) throws {
        insert.bind(Int64(kind.rawValue), at: 1)
        insert.bind(name, at: 2)
        insert.bind(Int64(cases), at: 3)
        try insert.run()
    }

    /// Counts the live cases of a store that an earlier version wrote: once, about a second for a million cases.
    static func count(in database: Database) throws {
        var agents: [String: Int] = [:]
        var teams: [String: Int] = [:]
        try Prepared(database, "SELECT id, state FROM cases WHERE is_live = 1")
            .forEach { row in
                // A damaged case is found where it is decided.
                guard let state = try? Case(id: CaseID(row.text(0)), stored: row.bytes(1)) else { return }
                let holder = Holder(state)
                if let agent = holder.agent { agents[agent, default: 0] += 1 }
                if let team = holder.team { teams[team, default: 0] += 1 }
            }
        let insert = try Prepared(database, statement)
        for (name, cases) in agents { try add(cases, .agent, name, insert) }
        for (name, cases) in teams { try add(cases, .team, name, insert) }
    }
}

/// How many live cases somebody holds.
package struct HolderCount: Hashable, Sendable {
    package var kind: Kind
    package var name: String
    package var cases: Int

    package init(kind: Kind, name: String, cases: Int) {
        self.kind = kind
        self.name = name
        self.cases = cases
    }

    /// Raw values are stored: never renumber.
    package enum Kind: Int, Sendable {
        case agent = 1
        case team = 2
    }
}

extension StoreReader {
    /// Everybody who holds live cases, those with most cases first.
    package func holders() throws(StoreProblem) -> [HolderCount] {
        try read("read from the store who holds cases") { database in
            var holders: [HolderCount] = []
            try Prepared(database, "SELECT kind, name, cases FROM holders ORDER BY cases DESC, kind, name")
                .forEach { row in
                    guard let kind = HolderCount.Kind(rawValue: Int(row.int(0))), row.int(2) > 0 else { return }
                    holders.append(HolderCount(kind: kind, name: row.text(1), cases: Int(row.int(2))))
                }
            return holders
        }
    }
}
