/// Reads numbers out of the `NAME: VALUE` lines of /proc (proc(5)), without making text of them.
public enum ProcessCounters {
    /// The number behind `name:`; nil when there is no such line.
    public static func value(of name: StaticString, in bytes: some Collection<UInt8>) -> Int64? {
        var at = bytes.startIndex
        while at != bytes.endIndex {
            if let value = value(of: name, at: at, in: bytes) { return value }
            guard let end = bytes[at...].firstIndex(of: UInt8(ascii: "\n")) else { return nil }
            at = bytes.index(after: end)
        }
        return nil
    }

    private static func value<Bytes: Collection<UInt8>>(
        of name: StaticString, at start: Bytes.Index, in bytes: Bytes
    ) -> Int64? {
        var at = start
        for offset in 0..<name.utf8CodeUnitCount {
            guard at != bytes.endIndex, bytes[at] == name.utf8Start[offset] else { return nil }
            at = bytes.index(after: at)
        }
        guard at != bytes.endIndex, bytes[at] == UInt8(ascii: ":") else { return nil }
        at = bytes.index(after: at)
        while at != bytes.endIndex, bytes[at] == UInt8(ascii: " ") || bytes[at] == UInt8(ascii: "\t") {
            at = bytes.index(after: at)
        }
        var value: Int64?
        while at != bytes.endIndex, bytes[at] >= 0x30, bytes[at] <= 0x39 {
            let (product, isLarge) = (value ?? 0).multipliedReportingOverflow(by: 10)
            let (sum, isLarger) = product.addingReportingOverflow(Int64(bytes[at] - 0x30))
            if isLarge || isLarger { return nil }
            value = sum
            at = bytes.index(after: at)
        }
        return value
    }

    /// Bytes read from storage and written to it, from `/proc/PID/io`; what was written and thrown away before it
    /// reached the storage does not count.
    public static func storage(in io: some Collection<UInt8>) -> (read: Int64, written: Int64)? {
        guard let read = value(of: "read_bytes", in: io), let written = value(of: "write_bytes", in: io) else {
            return nil
        }
        return (read, max(0, written - (value(of: "cancelled_write_bytes", in: io) ?? 0)))
    }

    /// The proportional set size in bytes, from `/proc/PID/smaps_rollup`.
    public static func pss(in rollup: some Collection<UInt8>) -> Int64? {
        value(of: "Pss", in: rollup).map { $0 * 1024 }
    }
}
