/// Sizes and times as they are asked for: rounded up to what people write, in the words of a config.
enum Amounts {
    /// At least so much memory: steps of 256 MiB below 4 GiB, of 1 GiB below 64 GiB, else of 4 GiB.
    static func memory(atLeast bytes: Double) -> ByteCount {
        let mebibytes = max(1, bytes / Double(1 << 20))
        let step: Double = mebibytes < 4096 ? 256 : mebibytes < 65536 ? 1024 : 4096
        return .mebibytes(Int64((mebibytes / step).rounded(.up) * step))
    }

    /// At least so many seconds: steps of 1 minute below 10, of 5 below 2 hours, of 30 below a day, else of an hour.
    static func time(atLeast seconds: Double) -> WallTime {
        let minutes = max(1, seconds / 60)
        let step: Double = minutes < 10 ? 1 : minutes < 120 ? 5 : minutes < 1440 ? 30 : 60
        return WallTime(seconds: Int64((minutes / step).rounded(.up) * step) * 60)
    }

    /// `12G`, `768M`.
    static func text(_ size: ByteCount) -> String {
        let mebibytes = size.mebibytesRoundedUp
        return mebibytes % 1024 == 0 ? "\(mebibytes / 1024)G" : "\(mebibytes)M"
    }

    /// `90m`, `12h`; seconds where it is no whole number of minutes.
    static func text(_ time: WallTime) -> String {
        if time.seconds % 60 != 0 { return "\(time.seconds)s" }
        let minutes = time.seconds / 60
        return minutes % 60 == 0 && minutes > 0 ? "\(minutes / 60)h" : "\(minutes)m"
    }
}
