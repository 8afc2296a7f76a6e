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
    private static final int MOST_PLACES = 10_000;
    private static final int MOST_WAITING = 16;

    /** Credentials and where they come from; the same at once are checked, and counted, once. */
    private record Attempt(CredentialKey.Fingerprint fingerprint, String place) {}

    private final Account account;
    private final PasswordEncoder encoder;
    private final FailedLogins failures;
    private final CredentialKey key = new CredentialKey(new SecureRandom());
    private final Cache<CredentialKey.Fingerprint, Boolean> right;
    private final Cache<Attempt, Boolean> rightThere;
    private final Map<Attempt, Mono<Boolean>> inFlight = new ConcurrentHashMap<>();
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
        this.rightThere = Caffeine.newBuilder()
                .maximumSize(MOST_PLACES)
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
     *     ones came from there, unless these got in from there before and are still remembered, or too many are being checked
     */
    public Mono<String> check(String user, String password, String place) {
        return Mono.defer(() -> {
            Attempt attempt = new Attempt(key.of(user, password), place);
            boolean remembered = right.getIfPresent(attempt.fingerprint()) != null;
            // Else one who guesses could lock out everybody who shares the address.
            if (remembered && rightThere.getIfPresent(attempt) != null && !failures.isClosed(place)) {
                return Mono.just(user);
            }
            Duration wait = failures.wait(place);
            if (wait != null) {
                failures.refuse(place);
                return Mono.error(tooMany(wait));
            }
            if (remembered) {
                rightThere.put(attempt, true);
                return Mono.just(user);
            }
            return inFlight.computeIfAbsent(
                            attempt, fresh -> hash(user, password, fresh).cache())
                    .flatMap(isRight -> isRight
                            ? Mono.just(user)
                            : Mono.error(new BadCredentialsException("user or password is wrong")));
        });
    }

    private Mono<Boolean> hash(String user, String password, Attempt attempt) {
        String place = attempt.place();
        return Mono.defer(() -> {
                    // Checked, and no longer in flight, since the caller looked.
                    if (right.getIfPresent(attempt.fingerprint()) != null) {
                        return Mono.just(true);
                    }
                    if (!failures.begin(place)) {
                        Duration wait = failures.wait(place);
                        return Mono.error(wait == null ? tooManyAtOnce() : tooMany(wait));
                    }
                    return Mono.fromCallable(() -> matches(user, password))
                            .subscribeOn(hashing)
                            // What follows is the request itself: it must not hold up the next hash.
                            .publishOn(Schedulers.boundedElastic())
                            .onErrorMap(RejectedExecutionException.class, full -> tooManyAtOnce())
                            .doOnError(unchecked -> failures.forgive(place))
                            .doOnNext(isRight -> {
                                if (isRight) {
                                    failures.forgive(place);
                                    right.put(attempt.fingerprint(), true);
                                    rightThere.put(attempt, true);
                                } else {
                                    failures.fail(place);
                                }
                            });
                })
                .doFinally(signal -> inFlight.remove(attempt));
    }

    /** Hashes for an unknown user too: the time taken must not tell which names exist. */
    private boolean matches(String user, String password) {
        boolean passwordIsRight = encoder.matches(password, account.passwordHash());
        return passwordIsRight && account.user().equals(user);
    }

    private static TooManyAttemptsException tooManyAtOnce() {
        return new TooManyAttemptsException("too many credentials are being checked", Duration.ofSeconds(1));
    }

    private static TooManyAttemptsException tooMany(Duration wait) {
        return new TooManyAttemptsException("too many wrong credentials came from this address", wait);
    }

    @Override
    public void close() {
        hashing.dispose();
    }
}
