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
 * right credentials too: else whoever guesses would learn from the difference.
 */
public final class FailedLogins {
    private record Window(int attempts, Instant end) {}

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
        return window == null || window.attempts() < most || !now.isBefore(window.end())
                ? null
                : Duration.between(now, window.end());
    }

    /** Counts an attempt before its outcome is known, so that many at once gain nothing; false: too many already. */
    public boolean begin(String place) {
        Instant now = clock.instant();
        Window after = windows.asMap().compute(place, (key, window) -> {
            if (window == null || !now.isBefore(window.end())) {
                return new Window(1, now.plus(length));
            }
            // One more than allowed marks a refused attempt; beyond that there is nothing to count.
            return new Window(Math.min(window.attempts() + 1, most + 1), window.end());
        });
        return after.attempts() <= most;
    }

    /** Takes an attempt back: it was right, or never checked. */
    public void forgive(String place) {
        windows.asMap()
                .computeIfPresent(place, (key, window) -> new Window(Math.max(0, window.attempts() - 1), window.end()));
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
