package dev.roadstead.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.roadstead.api.problem.ErrorKind;
import dev.roadstead.api.problem.ProblemException;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimesTest {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-23T10:00:00Z"), ZoneOffset.UTC);

    @ParameterizedTest
    @CsvSource({
        "2026-11-23T09:30:00Z,2026-11-23T09:30:00Z",
        "2026-11-23T09:30:00.000000001Z,2026-11-23T09:30:00.000000001Z",
        "2026-11-23T11:30:00+02:00,2026-11-23T09:30:00Z",
        // A plus sign that a client did not encode arrives as a space.
        "2026-11-23T11:30:00 02:00,2026-11-23T09:30:00Z",
        "0,1970-01-01T00:00:00Z",
        "1795426202,2026-11-23T09:30:02Z",
        "1795426202.000000001,2026-11-23T09:30:02.000000001Z",
        "1795426202.5,2026-11-23T09:30:02.500Z",
        "10m,2026-11-23T09:50:00Z",
        "10M,2026-11-23T09:50:00Z",
        "0s,2026-11-23T10:00:00Z",
        "1.5h,2026-11-23T08:30:00Z",
        "1h30m,2026-11-23T08:30:00Z",
        "250ms,2026-11-23T09:59:59.750Z",
        "1d,2026-11-22T10:00:00Z",
        "2w,2026-11-09T10:00:00Z"
    })
    void readsAMomentInEachForm(String text, Instant moment) {
        assertThat(Times.moment("since", text, CLOCK)).isEqualTo(moment);
    }

    @Test
    void nothingGivenIsNoMoment() {
        assertThat(Times.moment("since", null, CLOCK)).isNull();
        assertThat(Times.moment("since", "", CLOCK)).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "yesterday",
                "-10m",
                "10x",
                "m",
                "10m ",
                "1795426202.0000000001",
                "2026-11-23",
                "2026-11-23T09:30:00",
                "2026-13-23T09:30:00Z",
                "1e3"
            })
    void refusesWhatIsNoMomentAndNamesTheField(String text) {
        ProblemException refused =
                catchThrowableOfType(ProblemException.class, () -> Times.moment("since", text, CLOCK));

        assertThat(refused.kind()).isEqualTo(ErrorKind.VALIDATION_ERROR);
        assertThat(refused.code()).isEqualTo("INVALID_SINCE");
        assertThat(refused.details()).containsEntry("field", "since").containsEntry("provided", text);
    }

    @Test
    void refusesMoreThanTimeHolds() {
        ProblemException refused = catchThrowableOfType(
                ProblemException.class, () -> Times.moment("until", "999999999w".repeat(100), CLOCK));

        assertThat(refused.code()).isEqualTo("INVALID_UNTIL");
    }

    @Test
    void refusesANumberThatWouldTakeForEverToWriteOut() {
        assertThatThrownBy(() -> Times.seconds("timeout", new BigDecimal("1e-30000000")))
                .isInstanceOf(ProblemException.class);
    }

    @Test
    void readsABoundInSeconds() {
        assertThat(Times.seconds("timeout", null)).isNull();
        assertThat(Times.seconds("timeout", BigDecimal.ZERO)).isZero();
        assertThat(Times.seconds("timeout", new BigDecimal("1.5"))).isEqualTo(Duration.ofMillis(1_500));
        assertThat(Times.seconds("timeout", new BigDecimal("0.0000000019"))).isEqualTo(Duration.ofNanos(1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-0.001", "-1", "1e10", "1e400"})
    void refusesABoundThatIsNegativeOrEndless(String seconds) {
        ProblemException refused = catchThrowableOfType(
                ProblemException.class, () -> Times.seconds("healthcheck.interval", new BigDecimal(seconds)));

        assertThat(refused.code()).isEqualTo("INVALID_HEALTHCHECK_INTERVAL");
        assertThat(refused.details()).containsEntry("field", "healthcheck.interval");
    }
}
