package dev.roadstead.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TicketsTest {
    private static final String TARGET = "/v1/ws/local%3Aweb";

    private Instant now = Instant.parse("2026-11-23T10:00:00Z");
    private final Tickets tickets = new Tickets(new Moving(), new SecureRandom());

    @Test
    void aTicketIsGoodOnce() {
        Ticket ticket = tickets.issue("alice", "home", TARGET);

        assertThat(tickets.redeem(ticket.value(), TARGET)).isEqualTo("alice");
        assertThat(tickets.redeem(ticket.value(), TARGET)).isNull();
    }

    @Test
    void aTicketIsGoodForThirtySecondsAndNotAMomentLonger() {
        Ticket early = tickets.issue("alice", "home", TARGET);
        Ticket late = tickets.issue("alice", "home", TARGET);
        assertThat(early.expiresAt()).isEqualTo(now.plusSeconds(30));

        now = now.plusSeconds(30).minusNanos(1);
        assertThat(tickets.redeem(early.value(), TARGET)).isEqualTo("alice");
        now = now.plusNanos(1);
        assertThat(tickets.redeem(late.value(), TARGET)).isNull();
    }

    @Test
    void aTicketShownAtAnotherTargetIsUsedUp() {
        Ticket ticket = tickets.issue("alice", "home", TARGET);

        assertThat(tickets.redeem(ticket.value(), TARGET + "?mode=shell")).isNull();
        assertThat(tickets.redeem(ticket.value(), TARGET)).isNull();
    }

    @Test
    void ticketsAreNeverTheSameAndNeverShown() {
        Set<String> values = new HashSet<>();
        for (int i = 0; i < 500; i++) {
            Ticket ticket = tickets.issue("alice", "home", TARGET);
            values.add(ticket.value());
            assertThat(ticket.value()).matches("[A-Za-z0-9_-]{43}");
            assertThat(ticket.toString()).doesNotContain(ticket.value());
        }
        assertThat(values).hasSize(500);
    }

    @Test
    void aUserHoldsOnlySoManyAtOnceAndOthersGetTheirs() {
        Ticket first = tickets.issue("alice", "home", TARGET);
        for (int i = 1; i < Tickets.MOST_PER_USER; i++) {
            tickets.issue("alice", "home", TARGET);
        }
        assertThatThrownBy(() -> tickets.issue("alice", "home", TARGET)).isInstanceOf(TooManyTicketsException.class);
        assertThat(tickets.issue("bob", "home", TARGET)).isNotNull();

        tickets.redeem(first.value(), TARGET);
        assertThat(tickets.issue("alice", "home", TARGET)).isNotNull();
        assertThatThrownBy(() -> tickets.issue("alice", "home", TARGET)).isInstanceOf(TooManyTicketsException.class);

        now = now.plusSeconds(30);
        for (int i = 0; i < Tickets.MOST_PER_USER; i++) {
            assertThat(tickets.issue("alice", "home", TARGET)).isNotNull();
        }
    }

    @Test
    void allUsersTogetherHoldOnlySoMany() {
        for (int i = 0; i < Tickets.MOST; i++) {
            tickets.issue("user" + i % 100, "home", TARGET);
        }
        assertThatThrownBy(() -> tickets.issue("another", "home", TARGET)).isInstanceOf(TooManyTicketsException.class);
    }

    @Test
    void aTicketIsKnownWhereItWasAskedFor() {
        Ticket ticket = tickets.issue("alice", "home", TARGET);

        assertThat(tickets.isFrom(ticket.value(), "home")).isTrue();
        assertThat(tickets.isFrom(ticket.value(), "elsewhere")).isFalse();
        assertThat(tickets.isFrom("unknown", "home")).isFalse();
    }

    private final class Moving extends Clock {
        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            throw new UnsupportedOperationException();
        }
    }
}
