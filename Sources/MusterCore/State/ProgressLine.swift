extension Reading {
    /// Takes over what a line of the progress file says; a line that says nothing known changes nothing.
    ///
    /// The line is a JSON object with any of `item`, `t` (steps done), `T` (steps in all), `items` (items done, of those that a worker was
    /// given) and `message`; a plain line is a message. `done` and `total` serve for `t` and `T`.
    public mutating func take(progressLine line: some Collection<UInt8>) {
        guard !line.isEmpty else { return }
        guard line.first == UInt8(ascii: "{") else {
            message = String(decoding: line, as: UTF8.self)
            return
        }
        guard let json = try? JSON(parsing: line) else { return }
        if let value = json["item"] { item = Placeholders.text(value) }
        if let value = (json["t"] ?? json["done"])?.double { done = value }
        if let value = (json["T"] ?? json["total"])?.double { total = value }
        if let value = json["items"]?.int { items = Int(clamping: value) }
        if let value = json["message"]?.string { message = value }
    }
}
