extension RunState {
    /// Something handed to the scheduler.
    public struct Submission: Equatable, Sendable {
        /// The scheduler's id for it, once known.
        public var schedulerID: String?
        /// Elements that were asked for.
        public var elements: Int
        /// When it was first told of.
        public var time: Timestamp

        /// Makes a submission.
        public init(schedulerID: String?, elements: Int, time: Timestamp) {
            self.schedulerID = schedulerID
            self.elements = elements
            self.time = time
        }
    }

    /// A word that nothing more is to be started.
    public struct Halt: Hashable, Sendable {
        /// When it was told.
        public var time: Timestamp
        /// Why.
        public var reason: String
    }

    /// An element in one of its restarts.
    public struct Element: Equatable, Sendable {
        /// When an agent first started for it, and where.
        public var started: Timestamp?, node: String?
        /// The scheduler's last word.
        public var word: SchedulerWord?
        /// Nothing known yet.
        public init() {}
    }

    /// An element in one of its restarts, by name.
    public struct ElementRun: Hashable, Sendable {
        /// Its name and how often it was restarted before.
        public var element: String, restart: Int
        /// Names it.
        public init(element: String, restart: Int) {
            self.element = element
            self.restart = restart
        }
    }

    /// A node on which nothing more is begun.
    public struct SickNode: Hashable, Sendable {
        /// When an agent found it sick.
        public var time: Timestamp
        /// Why.
        public var reason: String
    }

    /// What an agent said last of a file system that takes no more.
    public struct FullDisk: Equatable, Sendable {
        var sequence: Int64
        /// The folder in which it showed.
        public var path: String
        /// Bytes free and in all.
        public var free: Int64?, total: Int64?
        /// There is space again.
        public var isOver: Bool
    }
}
