import Foundation
import Testing

@testable import MusterCLI

/// The pictures in the documents are what the screen draws. `MUSTER_RECORD=1` draws them anew.
@Suite struct WatchPictureTests {
    @Test(arguments: [("watch-80", 24, 80), ("watch-200", 40, 200)])
    func picturesAreAsDrawn(name: String, rows: Int, columns: Int) throws {
        let model = WatchFixture.model()
        var view = WatchView()
        view.refresh(model)
        let frame = WatchScreen.frame(model, &view, rows: rows, columns: columns, now: WatchFixture.now)
        let path = "\(#filePath.components(separatedBy: "/Tests/")[0])/docs/pictures/\(name).svg"
        let drawn = FrameSVG.text(frame)
        if ProcessInfo.processInfo.environment["MUSTER_RECORD"] == "1" {
            try Data(drawn.utf8).write(to: URL(filePath: path))
        }
        #expect(try String(contentsOfFile: path, encoding: .utf8) == drawn)
    }
}
