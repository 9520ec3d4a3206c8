extension Timestamp {
    /// Reads what `description` writes, `2026-11-21T01:40:56.250Z`; nil for every other form.
    public init?(parsing text: String) {
        let bytes = Array(text.utf8)
        let pattern = Array("0000-00-00T00:00:00.000Z".utf8)
        guard bytes.count == pattern.count else { return nil }
        var numbers: [Int64] = [0]
        for (byte, expected) in zip(bytes, pattern) {
            if expected == UInt8(ascii: "0") {
                guard (0x30...0x39).contains(byte) else { return nil }
                numbers[numbers.count - 1] = numbers[numbers.count - 1] * 10 + Int64(byte - 0x30)
            } else {
                guard byte == expected else { return nil }
                numbers.append(0)
            }
        }
        let (year, month, day) = (numbers[0], numbers[1], numbers[2])
        let (hour, minute, second, millisecond) = (numbers[3], numbers[4], numbers[5], numbers[6])
        guard (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60, second < 60 else { return nil }
        // Days since the epoch, after H. Hinnant, as in `CivilTime`: years begin in March.
        let shifted = month > 2 ? year : year - 1
        let (era, yearOfEra) = shifted.floorDivided(by: 400)
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let days = era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
        self.init(
            microseconds: (((days * 24 + hour) * 60 + minute) * 60 + second) * 1_000_000 + millisecond * 1000)
        guard description == text else { return nil }  // the 31st of a month that has none
    }
}
