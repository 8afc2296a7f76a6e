package dev.roadstead.security;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import org.springframework.security.authentication.BadCredentialsException;
import org.springframework.security.crypto.password.PasswordEncoder;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Checks user and password. Right ones are remembered for a while under a keyed hash, so that HTTP Basic does not cost a password hash
 * for every request; wrong ones are never remembered, are counted by {@link FailedLogins}, and cost at most the few threads set aside
 * for hashing.
 */
public final class VerifiedCredentials implements AutoCloseable {
    private static final int MOST_REMEMBERED = 1_000;
    private static final int MOST_WAITING = 16;

    /** The same credentials from the same place at once are checked, and counted, once. */
    private record Flight(CredentialKey.Fingerprint fingerprint, String place) {}

    private final Account account;
    private final PasswordEncoder encoder;
    private final FailedLogins failures;
    private final CredentialKey key = new CredentialKey(new SecureRandom());
    private final Cache<CredentialKey.Fingerprint, Boolean> right;
    private final Map<Flight, Mono<Boolean>> inFlight = new ConcurrentHashMap<>();
    private final Scheduler hashing;

    /**
     * Remembers none yet.
     *
     * @param remembered how long right credentials are, after they were checked
     */
    public VerifiedCredentials(Account account, PasswordEncoder encoder, FailedLogins failures, Duration remembered) {
        this.account = account;
        this.encoder = encoder;
        this.failures = failures;
        this.right = Caffeine.newBuilder()
                .maximumSize(MOST_REMEMBERED)
                .expireAfterWrite(remembered)
                .build();
        // Half the processors, at least one: guessing must leave some for those who are in already.
        int threads = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
        this.hashing = Schedulers.newBoundedElastic(threads, MOST_WAITING, "credentials", 60, true);
    }

    /**
     * Checks them.
     *
     * @param place where they come from, by {@link FailedLogins#place}
     * @return the user; fails with {@link BadCredentialsException} if they are wrong, {@link TooManyAttemptsException} if too many wrong
     *     ones came from there or too many are being checked
     */
    public Mono<String> check(String user, String password, String place) {
        return Mono.defer(() -> {
            Duration wait = failures.wait(place);
            if (wait != null) {
                return Mono.error(tooMany(wait));
            }
            CredentialKey.Fingerprint fingerprint = key.of(user, password);
            if (right.getIfPresent(fingerprint) != null) {
                return Mono.just(user);
            }
            return inFlight.computeIfAbsent(
                            new Flight(fingerprint, place),
                            flight -> hash(user, password, flight).cache())
                    .flatMap(isRight -> isRight
                            ? Mono.just(user)
                            : Mono.error(new BadCredentialsException("user or password is wrong")));
        });
    }

    private Mono<Boolean> hash(String user, String password, Flight flight) {
        String place = flight.place();
        return Mono.defer(() -> {
                    if (!failures.begin(place)) {
                        Duration wait = failures.wait(place);
                        return Mono.error(tooMany(wait == null ? Duration.ofSeconds(1) : wait));
                    }
                    return Mono.fromCallable(() -> matches(user, password))
                            .subscribeOn(hashing)
                            // What follows is the request itself: it must not hold up the next hash.
                            .publishOn(Schedulers.boundedElastic())
                            .onErrorMap(RejectedExecutionException.class, full -> {
                                failures.forgive(place);
                                return new TooManyAttemptsException(
                                        "too many credentials are being checked", Duration.ofSeconds(1));
                            })
                            .doOnNext(isRight -> {
                                if (isRight) {
                                    failures.forgive(place);
                                    right.put(flight.fingerprint(), true);
                                }
                            });
                })
                .doFinally(signal -> inFlight.remove(flight));
    }

    /** Hashes for an unknown user too: the time taken must not tell which names exist. */
    private boolean matches(String user, String password) {
        boolean passwordIsRight = encoder.matches(password, account.passwordHash());
        return passwordIsRight && account.user().equals(user);
    }

    private static TooManyAttemptsException tooMany(Duration wait) {
        return new TooManyAttemptsException("too many wrong credentials came from this address", wait);
    }

    @Override
    public void close() {
        hashing.dispose();
    }
}
