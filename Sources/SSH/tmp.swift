struct Authentication { init(of: Session, options: ConnectOptions) {}; func run() throws(SSHError) {} }
final class Pump { func join() {}; var failure: SSHError? { nil } }
