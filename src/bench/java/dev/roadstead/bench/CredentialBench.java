package dev.roadstead.bench;

import dev.roadstead.security.Account;
import dev.roadstead.security.FailedLogins;
import dev.roadstead.security.VerifiedCredentials;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import java.util.function.BooleanSupplier;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.security.crypto.password.Pbkdf2PasswordEncoder;

/**
 * How many requests per second one thread can check the credentials of: with a password hash each, and as the gateway does it. Ends with
 * status 1 if the gateway's way is not at least {@value #EXPECTED} times as fast.
 */
public final class CredentialBench {
    private static final int EXPECTED = 50;
    private static final int ROUNDS = 4;
    private static final Duration ROUND = Duration.ofSeconds(1);

    private CredentialBench() {}

    /** Measures in alternating rounds and prints the best of each. */
    public static void main(String[] args) {
        PasswordEncoder encoder = Pbkdf2PasswordEncoder.defaultsForSpringSecurity_v5_8();
        Account account = new Account("alice", String.valueOf(encoder.encode("a right password")));
        FailedLogins failures = new FailedLogins(Clock.systemUTC(), 10, Duration.ofMinutes(1));
        double hashed = 0;
        double remembered = 0;
        try (VerifiedCredentials credentials =
                new VerifiedCredentials(account, encoder, failures, Duration.ofMinutes(5))) {
            for (int round = 0; round < ROUNDS; round++) {
                hashed = Math.max(hashed, perSecond(() -> encoder.matches("a right password", account.passwordHash())));
                remembered = Math.max(
                        remembered,
                        perSecond(() -> "alice"
                                .equals(credentials
                                        .check("alice", "a right password", "192.0.2.1")
                                        .block())));
            }
        }
        double ratio = remembered / hashed;
        System.out.printf(
                Locale.ROOT,
                "hash each time %.1f/s, verified credentials %.0f/s, ratio %.0f%n",
                hashed,
                remembered,
                ratio);
        if (ratio < EXPECTED) {
            System.exit(1);
        }
    }

    private static double perSecond(BooleanSupplier check) {
        long begun = System.nanoTime();
        long count = 0;
        while (System.nanoTime() - begun < ROUND.toNanos()) {
            if (!check.getAsBoolean()) {
                throw new IllegalStateException("right credentials were refused");
            }
            count++;
        }
        return count * 1e9 / (System.nanoTime() - begun);
    }
}
