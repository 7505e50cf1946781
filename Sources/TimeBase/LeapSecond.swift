/// The leap seconds of UTC: which days had a 23:59:60.
///
/// Instants do not count them (S1); they matter only to tell a time that was from one that never was.
enum LeapSecond {
    /// Whether a day, counted from 1970-01-01, ended or may end with a leap second.
    ///
    /// As IERS Bulletin C announces them. What it has not announced yet may come at the end of June or December.
    static func ends(dayNumber: Int) -> Bool {
        let date = CivilDate(dayNumber: dayNumber)
        let isInJune = date.month == 6 && date.day == 30
        guard isInJune || (date.month == 12 && date.day == 31) else { return false }
        if date.year > lastAnnouncedYear { return true }
        return isInJune ? junes.contains(date.year) : decembers.contains(date.year)
    }

    /// Bulletin C 70 of July 2025: none in December 2025.
    private static let lastAnnouncedYear = 2025

    private static let junes: Set<Int> = [1972, 1981, 1982, 1983, 1985, 1992, 1993, 1994, 1997, 2012, 2015]
    private static let decembers: Set<Int> = [
        1972, 1973, 1974, 1975, 1976, 1977, 1978, 1979, 1987, 1989, 1990, 1995, 1998, 2005, 2008, 2016,
    ]
}
