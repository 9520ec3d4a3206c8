/// Height and width of a frame, in pixels. Pixels lie row by row (C order): pixel (x, y) at `y * width + x`.
public struct FrameSize: Equatable, Hashable, Sendable {
    /// Rows.
    public let height: Int
    /// Columns.
    public let width: Int

    /// Both must be at least 1.
    public init(height: Int, width: Int) {
        self.height = height
        self.width = width
    }

    /// Pixels of a frame.
    package var count: Int { height * width }
}
