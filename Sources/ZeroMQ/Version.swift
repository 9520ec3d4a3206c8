internal import CZMQ

/// The version of the libzmq that is really loaded, and what it was built with.
public struct Version: Sendable, Comparable, CustomStringConvertible {
    /// Changes with the binary interface.
    public let major: Int32
    /// Changes with new functions.
    public let minor: Int32
    /// Changes with corrections.
    public let patch: Int32

    /// Asked of the library, not of its header.
    public static var linked: Version {
        var (major, minor, patch): (Int32, Int32, Int32) = (0, 0, 0)
        zmq_version(&major, &minor, &patch)
        return Version(major: major, minor: minor, patch: patch)
    }

    /// Whether libzmq was built with CURVE (RFC 26); without it every CURVE option fails with `EINVAL`.
    public static var hasCurve: Bool { zmq_has("curve") == 1 }

    /// Older first.
    public static func < (left: Version, right: Version) -> Bool {
        (left.major, left.minor, left.patch) < (right.major, right.minor, right.patch)
    }

    /// `4.3.4`.
    public var description: String { "\(major).\(minor).\(patch)" }
}
