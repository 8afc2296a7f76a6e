package dev.roadstead.security;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Counts wrong credentials by where they come from. After too many within a window that place has to wait for the window's end, with
 * right credentials too, unless those got in from there shortly before.
 */
public final class FailedLogins {
    /**
     * What came from one place.
     *
     * @param failed wrong credentials before {@code end}
     * @param running attempts whose outcome is not known yet
     * @param refused attempts that came while the place had to wait
     */
    private record Window(int failed, Instant end, int running, int refused) {
        static final Window NEW = new Window(0, Instant.MAX, 0, 0);

        Window at(Instant now) {
            return now.isBefore(end) ? this : new Window(0, Instant.MAX, running, 0);
        }

        Window with(int change) {
            return new Window(failed, end, Math.max(0, running + change), refused);
        }
    }

    private static final int REFUSALS_PER_FAILURE = 10;

    private final Clock clock;
    private final int most;
    private final Duration length;

    private final Cache<String, Window> windows;

    /**
     * Counts none yet.
     *
     * @param most wrong credentials within a window
     * @param length of a window, which begins with the first wrong credentials
     */
    public FailedLogins(Clock clock, int most, Duration length) {
        this.clock = clock;
        this.most = most;
        this.length = length;
        // Bounded: an attacker with many addresses must not fill the heap.
        this.windows = Caffeine.newBuilder()
                .maximumSize(100_000)
                .expireAfterWrite(length.multipliedBy(2))
                .build();
    }

    /** How long that place has to wait; null: not at all. */
    public @Nullable Duration wait(String place) {
        Window window = windows.getIfPresent(place);
        Instant now = clock.instant();
        return window == null || window.failed() < most || !now.isBefore(window.end())
                ? null
                : Duration.between(now, window.end());
    }

    /**
     * Begins an attempt; whoever does ends it with {@link #fail} or {@link #forgive}. False: too many were wrong, or would be if all
     * that run are; such a refusal counts for nothing.
     */
    public boolean begin(String place) {
        Instant now = clock.instant();
        boolean[] begun = new boolean[1];
        windows.asMap().compute(place, (key, known) -> {
            Window window = known == null ? Window.NEW : known.at(now);
            begun[0] = window.failed() + window.running() < most;
            return begun[0] ? window.with(1) : window;
        });
        return begun[0];
    }

    /** Ends an attempt: it was wrong. The first wrong one opens the window. */
    public void fail(String place) {
        Instant now = clock.instant();
        windows.asMap().compute(place, (key, known) -> {
            Window window = known == null ? Window.NEW : known.at(now);
            Instant end = window.failed() == 0 ? now.plus(length) : window.end();
            return new Window(window.failed() + 1, end, Math.max(0, window.running() - 1), window.refused());
        });
    }

    /** Ends an attempt: it was right, or never checked. */
    public void forgive(String place) {
        windows.asMap().computeIfPresent(place, (key, window) -> window.with(-1));
    }

    /** Notes an attempt that was refused because the place has to wait. */
    public void refuse(String place) {
        windows.asMap()
                .computeIfPresent(
                        place,
                        (key, window) ->
                                new Window(window.failed(), window.end(), window.running(), window.refused() + 1));
    }

    /**
     * Whether so many came from a place while it had to wait that nobody there is heard any more: those who are known may pass a waiting
     * place, and that must not tell one who guesses on and on which guess was right.
     */
    public boolean isClosed(String place) {
        Window window = windows.getIfPresent(place);
        return window != null
                && clock.instant().isBefore(window.end())
                && window.refused() >= most * REFUSALS_PER_FAILURE;
    }

    /** The place of an address: all of an IPv6 /64 is one, since it usually belongs to one host. */
    public static String place(@Nullable InetAddress address) {
        if (address == null) {
            return "unknown";
        }
        return address instanceof Inet6Address
                ? HexFormat.of().formatHex(Arrays.copyOf(address.getAddress(), 8)) + "/64"
                : address.getHostAddress();
    }
}
