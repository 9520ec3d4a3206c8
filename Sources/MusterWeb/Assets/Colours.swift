extension Assets {
    /// A colour for light and for dark ground.
    private typealias Pair = (name: String, light: String, dark: String)

    private static let ground: [Pair] = [
        ("ground", "#f4f6f8", "#0f141a"), ("card", "#ffffff", "#171e26"), ("well", "#f6f8fa", "#11171e"),
        ("hover", "#eef3f8", "#1e2833"), ("line", "#d9e0e7", "#2b3642"), ("hair", "#edf1f4", "#222c36"),
        ("track", "#e6ebf0", "#26303b"), ("chosen", "#e6edf5", "#263443"), ("text", "#17212b", "#e3e9ef"),
        ("dim", "#5b6a78", "#93a3b3"), ("link", "#0b62b0", "#6bb3f5"), ("accent", "#2477c9", "#5aa9f0"),
        ("bar", "#17324d", "#0b1016"), ("bar-text", "#f2f6fa", "#dbe4ec"), ("bad", "#b3261e", "#ff8a80"),
        ("good", "#1a7f4f", "#5fd39b"), ("warn", "#d98a00", "#e5a23d"), ("warn-ground", "#fff6e3", "#2a2417"),
    ]

    /// What stands where: as cells and bars, with the text on them.
    private static let outcomes: [(names: [String], light: String, dark: String, on: (String, String))] = [
        (["succeeded"], "#23835e", "#2f9e73", ("#ffffff", "#06170f")),
        (["cached"], "#a5d8c3", "#1f5a45", ("#123c2c", "#c9f0e0")),
        (["partial"], "#c2c23a", "#b5b436", ("#2a2a00", "#1c1c00")),
        (["running"], "#2873be", "#4698e6", ("#ffffff", "#04121f")),
        (["waiting"], "#d3dbe3", "#3a4653", ("#3b4854", "#c2cdd8")),
        (["failed", "killed"], "#c9372c", "#e5584c", ("#ffffff", "#1f0503")),
        (["oom-host"], "#e8743b", "#f0854f", ("#2b0f00", "#2b0f00")),
        (["oom-gpu"], "#f0a32b", "#f2b04a", ("#2b1900", "#2b1900")),
        (["timeout"], "#8e5bc0", "#a678d4", ("#ffffff", "#140620")),
        (["preempted", "node-failed"], "#b0568e", "#cc74ab", ("#ffffff", "#1e0716")),
        (["lost"], "#6d4a5e", "#94708a", ("#ffffff", "#170a12")),
        (["cancelled"], "#66727e", "#73808d", ("#ffffff", "#0c1116")),
    ]

    /// Little to much.
    private static let shades: [(light: String, dark: String)] = [
        ("#e3eef6", "#1d2f3f"), ("#c6dded", "#1f4560"), ("#9fc8e0", "#225c7d"), ("#6fb0d2", "#2a7598"),
        ("#4394c3", "#3b8fae"), ("#2a75a9", "#5fadbf"), ("#1a5687", "#92cbcb"), ("#0f3a61", "#d2ead6"),
    ]

    /// Variables and classes of colours.
    static var colours: String {
        func variables(_ isDark: Bool) -> String {
            var out = ground.map { "--\($0.name):\(isDark ? $0.dark : $0.light)" }
            for outcome in outcomes {
                for name in outcome.names {
                    out.append("--\(name):\(isDark ? outcome.dark : outcome.light)")
                    out.append("--on-\(name):\(isDark ? outcome.on.1 : outcome.on.0)")
                }
            }
            out += shades.enumerated().map { "--q\($0.offset):\(isDark ? $0.element.dark : $0.element.light)" }
            return out.joined(separator: ";")
        }
        var out = ":root{color-scheme:light dark;\(variables(false))}\n"
        out += "@media (prefers-color-scheme:dark){:root{\(variables(true))}}\n"
        for name in outcomes.flatMap(\.names) {
            out += ".fill-\(name){fill:var(--\(name))}.dot-\(name),.pill-\(name){background:var(--\(name))}"
            out += ".pill-\(name){color:var(--on-\(name))}svg text.on-\(name){fill:var(--on-\(name))}\n"
        }
        for index in shades.indices {
            out += ".fill-q\(index){fill:var(--q\(index))}.shade-\(index){background:var(--q\(index))}"
        }
        return out + "\n"
    }
}
