/// Units as OME-XML spells them.
enum OMEUnit {
    /// Seconds where none is named.
    static func milliseconds(_ unit: String?) -> Double? {
        let known: [String: Double] = [
            "ns": 1e-6, "µs": 1e-3, "us": 1e-3, "ms": 1, "s": 1e3, "min": 60e3, "h": 3_600e3, "d": 86_400e3,
        ]
        return known[unit ?? "s"]
    }

    /// Micrometres where none is named; both signs for micro are in use.
    static func micrometres(_ unit: String?) -> Double? {
        let known: [String: Double] = [
            "nm": 1e-3, "µm": 1, "\u{3bc}m": 1, "um": 1, "mm": 1e3, "cm": 1e4, "m": 1e6, "Å": 1e-4,
        ]
        return known[unit ?? "µm"]
    }
}
