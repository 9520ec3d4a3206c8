public import ArgumentParser
public import CellPipeline

/// What the user says of a scene that is a TIFF file.
struct ImageOptions: ParsableArguments {
    @Option(help: "What the pages are, the slowest first: t,c=2 or p=4,t,c=2,z=3; auto for what the file says.")
    var layout = Layout.auto

    @Option(help: "Phase contrast channel, by number or name. (default: auto, as the file says, or 0)")
    var phaseContrast: String?

    @Option(help: "Fluorescence channels, by number or name, separated by commas. (default: auto, all others)")
    var fluorescence: String?

    @Option(help: "Of several slices: max for the brightest values, a number for that one; auto for an error.")
    var z = SliceRule.single

    @Option(help: "Milliseconds between two frames. (default: auto, as the file says)")
    var interval: Interval?

    func choice() -> ImageChoice {
        var choice = ImageChoice()
        choice.layout = layout
        choice.phaseContrast = phaseContrast == "auto" ? nil : phaseContrast
        choice.fluorescence = fluorescence == "auto" ? nil : fluorescence?.split(separator: ",").map(String.init)
        choice.slices = z
        choice.intervalMs = interval?.milliseconds
        return choice
    }
}

extension Layout: ExpressibleByArgument {
    /// Reads the argument of `--layout`.
    public init?(argument: String) { self.init(argument) }
    /// For the help.
    public var defaultValueDescription: String { "auto" }
}

extension SliceRule: ExpressibleByArgument {
    /// Reads the argument of `--z`.
    public init?(argument: String) { self.init(argument) }
    /// For the help.
    public var defaultValueDescription: String { "auto" }
}

/// The time between frames, or nothing.
struct Interval: ExpressibleByArgument {
    let milliseconds: Double?

    init?(argument: String) {
        if argument == "auto" {
            milliseconds = nil
        } else {
            guard let value = Double(argument), value > 0, value.isFinite else { return nil }
            milliseconds = value
        }
    }
}
