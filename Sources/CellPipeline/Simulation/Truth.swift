/// What is known for sure of a made-up scene's cells: `truth.json`. Values per frame stand in `truth.csv`.
struct Truth: Codable {
    struct Cell: Codable {
        let fov: Int
        /// From 1 on, in each field of view.
        let cell: Int
        let firstFrame: Int
        let lastFrame: Int
        /// Half axes of the ellipse, in pixels.
        let longAxis: Double
        let shortAxis: Double

        enum CodingKeys: String, CodingKey {
            case fov, cell
            case firstFrame = "first_frame"
            case lastFrame = "last_frame"
            case longAxis = "long_axis"
            case shortAxis = "short_axis"
        }
    }

    var schema = 1
    let seed: UInt64
    var cells: [Cell] = []

    static let fileName = "truth.json"
    /// Where the truth of scenes that are files lies: a folder for each.
    static let folderName = "truth"
    static let tableName = "truth.csv"

    /// Which pixels belong to which cell: a stack of cell numbers.
    static func labelsName(fov: Int) -> String { "truth_\(fovName(fov)).npy" }

    static func tableHeader(channels: [Int]) -> String {
        "fov,cell,frame,position_x,position_y,area" + channels.map { ",intensity_ch_\($0)" }.joined() + "\n"
    }
}
