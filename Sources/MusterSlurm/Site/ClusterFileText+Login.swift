extension ClusterFileText {
    /// What the site itself does not say.
    public struct Login: Hashable, Sendable {
        /// The cluster's name in the config; nil takes the site's.
        public var name: String?
        /// How it is reached; nil runs commands here.
        public var host: String?
        /// The user there; nil leaves it to ssh.
        public var user: String?
        /// The port, the private key and the file of known hosts; nil leaves them to ssh.
        public var port: Int?, identityFile: String?, knownHosts: String?
        /// Folder of runs there, and why it was chosen.
        public var workdir: String?, workdirRemark: String?
        /// Fast storage there.
        public var scratch: String?

        /// What is known of the way in.
        public init(
            name: String? = nil, host: String? = nil, user: String? = nil, port: Int? = nil,
            identityFile: String? = nil, knownHosts: String? = nil, workdir: String? = nil,
            workdirRemark: String? = nil, scratch: String? = nil
        ) {
            (self.name, self.host, self.user, self.port) = (name, host, user, port)
            (self.identityFile, self.knownHosts) = (identityFile, knownHosts)
            (self.workdir, self.workdirRemark, self.scratch) = (workdir, workdirRemark, scratch)
        }
    }
}
