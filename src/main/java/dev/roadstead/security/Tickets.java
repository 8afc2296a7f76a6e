package dev.roadstead.security;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Tickets that were given out and neither used nor expired. Each is good for one request to one target within {@link #LIFE}; only hashes
 * of them are kept, in this process's memory.
 */
public final class Tickets {
    /** How long a ticket is good. */
    public static final Duration LIFE = Duration.ofSeconds(30);

    /** For one user at once. */
    static final int MOST_PER_USER = 1_000;

    /** For all users at once. */
    static final int MOST = 10_000;

    private static final int BYTES = 32;

    /**
     * What is known of a ticket.
     *
     * @param place where its user asked for it, by {@link FailedLogins#place}
     * @param target a hash
     */
    private record Held(String user, String place, String target, Instant expiresAt) {}

    private final Clock clock;
    private final SecureRandom random;

    /** By their hashes. All live equally long, so the oldest expires first. */
    private final Map<String, Held> held = new LinkedHashMap<>();

    private final Map<String, Integer> byUser = new LinkedHashMap<>();

    /** Gives out none yet. */
    public Tickets(Clock clock, SecureRandom random) {
        this.clock = clock;
        this.random = random;
    }

    /**
     * A new ticket.
     *
     * @param place where the user asks for it, by {@link FailedLogins#place}
     * @param target what it is good for, as {@link TicketTarget} writes it
     * @throws TooManyTicketsException if as many as may be are neither used nor expired
     */
    public Ticket issue(String user, String place, String target) {
        byte[] secret = new byte[BYTES];
        random.nextBytes(secret);
        String value = Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
        String name = hash(value);
        String bound = hash(target);
        synchronized (held) {
            Instant now = forgetExpired();
            if (held.size() >= MOST || byUser.getOrDefault(user, 0) >= MOST_PER_USER) {
                throw new TooManyTicketsException(LIFE);
            }
            Instant end = now.plus(LIFE);
            held.put(name, new Held(user, place, bound, end));
            byUser.merge(user, 1, Integer::sum);
            return new Ticket(value, end);
        }
    }

    /** Uses a ticket up, also if it is for another target; its user, or null if it does not let this request in. */
    @Nullable
    String redeem(String value, String target) {
        String name = hash(value);
        String wanted = hash(target);
        synchronized (held) {
            forgetExpired();
            Held ticket = held.remove(name);
            if (ticket == null) {
                return null;
            }
            uncount(ticket);
            return ticket.target().equals(wanted) ? ticket.user() : null;
        }
    }

    /** Whether it is a ticket that somebody asked for at this place. */
    boolean isFrom(String value, String place) {
        String name = hash(value);
        synchronized (held) {
            forgetExpired();
            Held ticket = held.get(name);
            return ticket != null && ticket.place().equals(place);
        }
    }

    private Instant forgetExpired() {
        Instant now = clock.instant();
        Iterator<Held> oldest = held.values().iterator();
        while (oldest.hasNext()) {
            Held ticket = oldest.next();
            if (now.isBefore(ticket.expiresAt())) {
                break;
            }
            oldest.remove();
            uncount(ticket);
        }
        return now;
    }

    private void uncount(Held ticket) {
        byUser.computeIfPresent(ticket.user(), (user, count) -> count > 1 ? count - 1 : null);
    }

    private static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JDK has SHA-256", impossible);
        }
    }
}
