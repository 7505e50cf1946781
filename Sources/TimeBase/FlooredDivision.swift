extension Int64 {
    /// Division that rounds down, also where the number is negative: what lies before 1970 falls into days as what lies
    /// after it does.
    ///
    /// - Parameter divisor: Greater than zero.
    package func flooredDivided(by divisor: Int64) -> Int64 {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }
}
