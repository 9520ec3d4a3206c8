import MusterCore
import Testing

@Suite struct RecordTimeTests {
    @Test(arguments: [
        (0, "00:00"), (499_999, "00:00"), (500_000, "00:00"), (500_001, "00:01"), (1_500_000, "00:02"),
        (2_500_000, "00:02"), (59_600_000, "01:00"), (3_778_200_000, "01:02:58"), (3_599_500_000, "01:00:00"),
        (3_598_500_000, "59:58"), (90_000_000_000, "25:00:00"), (360_000_000_000, "100:00:00"), (-5_000_000, "00:00"),
    ]) func durationsAreRoundedHalfToEven(microseconds: Int, text: String) {
        #expect(DurationText.text(microseconds: Int64(microseconds)) == text)
    }

    @Test func secondsHaveThreeDecimalsAndAreNeverNegative() {
        #expect(DurationText.seconds(microseconds: 3_778_200_400) == 3778.2)
        #expect(DurationText.seconds(microseconds: 1_234_500) == 1.235)
        #expect(DurationText.seconds(microseconds: -1) == 0)
    }

    @Test(arguments: [
        (1_761_114_652_999_999, 28800, "2025-10-22T14:30:52+08:00", "20251022_143052"),
        (1_761_114_652_000_000, -12600, "2025-10-22T03:00:52-03:30", "20251022_030052"),
        (1_761_114_652_000_000, 0, "2025-10-22T06:30:52+00:00", "20251022_063052"),
        (-1, 20700, "1970-01-01T05:44:59+05:45", "19700101_054459"),
    ]) func momentsAreToldInTheirZone(microseconds: Int64, offset: Int64, iso: String, stamp: String) {
        let time = LocalTime(Timestamp(microseconds: microseconds), offset: offset)
        #expect(time.iso == iso)
        #expect(time.stamp == stamp)
    }
}
