import ArgumentParser
import CellPipeline

struct Info: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Tell what is understood of a TIFF file or a scene's folder.")

    @Argument(help: "A TIFF file, or a folder with metadata.json.")
    var file: String

    @Flag(help: "Print one JSON object.")
    var json = false

    @Flag(help: "Print the number of fields of view alone.")
    var count = false

    @OptionGroup(title: "TIFF files") var images: ImageOptions

    func run() throws {
        let info = try ImageInfo(path: file, choice: images.choice())
        if count { return print(info.nFovs) }
        print(json ? try info.json() : info.text(), terminator: "")
    }
}
