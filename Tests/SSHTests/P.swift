import Testing
@testable import SSH
@Test func p() {}
