/// Numbers in ascending order, laid out for a binary search without branches.
///
/// Which way a search goes cannot be guessed, and a processor that guesses wrong loses more time than the rest of the
/// search takes. So there are 2^k - 1 numbers, the last of them larger than all that count: every step halves what is
/// left exactly, and its only choice is how much to add.
struct AscendingNumbers: Sendable {
    let count: Int
    private let padded: ContiguousArray<Int64>
    /// k - 1.
    private let firstShift: Int

    init(_ numbers: ContiguousArray<Int64>) {
        count = numbers.count
        let bits = Int.bitWidth - count.leadingZeroBitCount
        firstShift = bits - 1
        padded = numbers + repeatElement(.max, count: (1 << bits) - 1 - count)
    }

    subscript(index: Int) -> Int64 {
        @inline(__always) get { padded[index] }
    }

    /// The index of the first number greater than `value`, which is less than `Int64.max`; `count` where there is none.
    @inline(__always)
    func firstIndex(above value: Int64) -> Int {
        var index = 0
        var shift = firstShift
        while shift >= 0 {
            // Overflow is out of the question below 2^k.
            let middle = index &+ (1 &<< shift) &- 1
            index &+= (padded[middle] <= value ? 1 : 0) &<< shift
            shift &-= 1
        }
        return index
    }
}
