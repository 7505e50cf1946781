import TimeBase

/// An instant from its text.
func at(_ text: String) throws -> Instant { try Instant(rfc3339: text) }

/// A zone of this machine.
func zone(_ name: String) throws -> ZoneRules { try ZoneFolder.system(tzdir: nil).rules(for: name) }

/// Zones with something odd about them, and some without.
let oddZones = [
    "Africa/Cairo", "Africa/Casablanca", "Africa/Monrovia", "America/Nuuk", "America/New_York", "America/Sao_Paulo",
    "America/St_Johns", "Antarctica/Troll", "Asia/Gaza", "Asia/Kathmandu", "Asia/Manila", "Asia/Tehran", "Asia/Tokyo",
    "Australia/Lord_Howe", "Europe/Berlin", "Europe/Dublin", "Europe/London", "Pacific/Apia", "Pacific/Chatham",
    "Pacific/Kiritimati", "Pacific/Kwajalein", "UTC",
]
