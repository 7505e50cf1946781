extension Int64 {
    /// Division by a number greater than zero that rounds down, also where this one is negative.
    ///
    /// So what lies before 1970 falls into days as what lies after it does.
    package func flooredDivided(by divisor: Int64) -> Int64 {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }
}
