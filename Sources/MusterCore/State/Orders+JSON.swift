extension JobOrders {
    /// The orders as a JSON object, for a fold that goes on later; nil where there are none.
    public var json: JSON? {
        guard self != JobOrders() else { return nil }
        return .object([
            "cancelled": cancelled.map { .int($0.microseconds) },
            "asked": asked.map { .object([.init("t", .int($0.time.microseconds))] + $0.word.fields) },
            "hold": hold?.json,
        ])
    }

    /// Reads what `json` writes.
    public init(json: JSON) {
        self.init()
        cancelled = json["cancelled"].flatMap(Timestamp.init(json:))
        if let json = json["asked"], let time = json["t"].flatMap(Timestamp.init(json:)) {
            asked = Order(Ask(json: json), at: time)
        }
        hold = json["hold"].flatMap(Order.init(json:))
    }
}

extension RunOrders {
    /// The orders as a JSON object, for a fold that goes on later; nil where there are none.
    public var json: JSON? {
        guard self != RunOrders() else { return nil }
        return .object([
            "cancelled": cancelled.map { .int($0.microseconds) }, "reopened": reopened.map { .int($0.microseconds) },
            "over": over.map { .int($0.microseconds) }, "hold": hold?.json,
            "throttle": throttle.map { .array([.int($0.time.microseconds), .int($0.word)]) },
        ])
    }

    /// Reads what `json` writes.
    public init(json: JSON) {
        self.init()
        cancelled = json["cancelled"].flatMap(Timestamp.init(json:))
        reopened = json["reopened"].flatMap(Timestamp.init(json:))
        over = json["over"].flatMap(Timestamp.init(json:))
        hold = json["hold"].flatMap(Order.init(json:))
        if let pair = json["throttle"]?.array, pair.count == 2, let time = Timestamp(json: pair[0]) {
            throttle = Order(Int(clamping: pair[1].int ?? 0), at: time)
        }
    }
}

extension Order<Bool> {
    fileprivate var json: JSON { .array([.int(time.microseconds), .bool(word)]) }

    fileprivate init?(json: JSON) {
        guard let pair = json.array, pair.count == 2, let time = Timestamp(json: pair[0]) else { return nil }
        self.init(pair[1].bool ?? false, at: time)
    }
}

extension Timestamp {
    fileprivate init?(json: JSON) {
        guard let number = json.int else { return nil }
        self.init(microseconds: number)
    }
}
