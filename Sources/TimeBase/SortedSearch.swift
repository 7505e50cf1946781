/// Binary search in ascending numbers.
extension ContiguousArray<Int64> {
    /// The index of the first element greater than `value`; `count` where there is none.
    package func firstIndex(above value: Int64) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if self[middle] <= value { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
