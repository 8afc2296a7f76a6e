package dev.roadstead.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class FailedLoginsTest {
    private Instant now = Instant.parse("2026-11-23T10:00:00Z");
    private final FailedLogins failures = new FailedLogins(new Moving(), 3, Duration.ofMinutes(1));

    @Test
    void asManyAsAllowedMayBeWrong() {
        fail("a");
        fail("a");
        assertThat(failures.wait("a")).isNull();
        fail("a");
        assertThat(failures.wait("a")).isEqualTo(Duration.ofMinutes(1));
        assertThat(failures.begin("a")).isFalse();
    }

    @Test
    void attemptsThatRunLockNobodyOutButNoMoreThanAllowedRun() {
        for (int i = 0; i < 3; i++) {
            assertThat(failures.begin("a")).isTrue();
        }
        assertThat(failures.begin("a")).isFalse();
        assertThat(failures.begin("a")).isFalse();
        assertThat(failures.wait("a")).isNull();
        failures.forgive("a");
        assertThat(failures.begin("a"))
                .as("what was refused counts for nothing")
                .isTrue();
        failures.fail("a");
        assertThat(failures.begin("a")).isFalse();
    }

    @Test
    void theWindowBeginsWithTheFirstWrongOnes() {
        assertThat(failures.begin("a")).isTrue();
        now = now.plusSeconds(50);
        failures.fail("a");
        fail("a");
        now = now.plusSeconds(20);
        fail("a");
        assertThat(failures.wait("a")).isEqualTo(Duration.ofSeconds(40));
    }

    @Test
    void theWaitEndsWithTheWindowEvenIfTryingGoesOn() {
        exhaust();
        now = now.plusSeconds(59);
        assertThat(failures.begin("a")).isFalse();
        assertThat(failures.wait("a")).isEqualTo(Duration.ofSeconds(1));
        now = now.plusSeconds(1);
        assertThat(failures.wait("a")).isNull();
        assertThat(failures.begin("a")).isTrue();
    }

    @Test
    void otherPlacesAreNotConcerned() {
        exhaust();
        assertThat(failures.wait("b")).isNull();
        assertThat(failures.begin("b")).isTrue();
    }

    @Test
    void rightCredentialsDoNotCount() {
        for (int i = 0; i < 10; i++) {
            assertThat(failures.begin("a")).isTrue();
            failures.forgive("a");
        }
        assertThat(failures.wait("a")).isNull();
    }

    @Test
    void aWholeIpv6SubnetIsOnePlace() throws UnknownHostException {
        assertThat(place("2001:db8::1")).isEqualTo(place("2001:db8::ffff:1")).isNotEqualTo(place("2001:db8:0:1::1"));
        assertThat(place("192.0.2.1")).isNotEqualTo(place("192.0.2.2"));
    }

    private static String place(String address) throws UnknownHostException {
        return FailedLogins.place(InetAddress.getByName(address));
    }

    private void exhaust() {
        for (int i = 0; i < 3; i++) {
            fail("a");
        }
    }

    private void fail(String place) {
        assertThat(failures.begin(place)).isTrue();
        failures.fail(place);
    }

    private final class Moving extends Clock {
        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    }
}
