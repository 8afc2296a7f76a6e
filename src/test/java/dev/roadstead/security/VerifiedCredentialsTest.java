package dev.roadstead.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.security.authentication.BadCredentialsException;
import org.springframework.security.crypto.password.PasswordEncoder;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

class VerifiedCredentialsTest {
    private final AtomicInteger hashes = new AtomicInteger();
    private volatile CountDownLatch gate = new CountDownLatch(0);
    private VerifiedCredentials credentials = remembering(Duration.ofMinutes(5));

    @AfterEach
    void close() {
        credentials.close();
    }

    @Test
    void rightCredentialsAreHashedOnce() {
        for (int i = 0; i < 10; i++) {
            StepVerifier.create(credentials.check("alice", "right", "a"))
                    .expectNext("alice")
                    .verifyComplete();
        }
        assertThat(hashes.get()).isOne();
    }

    @Test
    void rightCredentialsAreCheckedAgainAfterAWhile() {
        credentials.close();
        credentials = remembering(Duration.ofNanos(1));
        check("alice", "right").expectNext("alice").verifyComplete();
        check("alice", "right").expectNext("alice").verifyComplete();
        assertThat(hashes.get()).isEqualTo(2);
    }

    @Test
    void wrongOnesAreNeverRemembered() {
        check("alice", "wrong").verifyError(BadCredentialsException.class);
        check("alice", "wrong").verifyError(BadCredentialsException.class);
        assertThat(hashes.get()).isEqualTo(2);
    }

    @Test
    void anotherUserWithTheRightPasswordIsWrongAndCostsTheSame() {
        check("bob", "right").verifyError(BadCredentialsException.class);
        assertThat(hashes.get()).isOne();
    }

    @Test
    void partsThatJoinToTheSameTextAreNotTheSame() {
        check("alice", "right").expectNext("alice").verifyComplete();
        check("alic", "eright").verifyError(BadCredentialsException.class);
        check("alicer", "ight").verifyError(BadCredentialsException.class);
    }

    @Test
    void afterTooManyWrongOnesThePlaceWaitsWithoutCostingAHash() {
        for (int i = 0; i < 3; i++) {
            check("alice", "wrong" + i).verifyError(BadCredentialsException.class);
        }
        check("alice", "right")
                .verifyErrorSatisfies(failure -> assertThat(failure)
                        .isInstanceOfSatisfying(
                                TooManyAttemptsException.class,
                                many -> assertThat(many.retryAfter())
                                        .isBetween(Duration.ofSeconds(1), Duration.ofMinutes(1))));
        assertThat(hashes.get()).isEqualTo(3);
        StepVerifier.create(credentials.check("alice", "right", "elsewhere"))
                .expectNext("alice")
                .verifyComplete();
    }

    @Test
    void whoGotInFromAPlaceStillDoesWhenSomebodyElseGuessesThere() {
        check("alice", "right").expectNext("alice").verifyComplete();
        for (int i = 0; i < 3; i++) {
            check("alice", "wrong" + i).verifyError(BadCredentialsException.class);
        }
        check("alice", "wrong").verifyError(TooManyAttemptsException.class);
        check("alice", "right").expectNext("alice").verifyComplete();
    }

    @Test
    void whoGuessesOnAndOnIsNotToldWhichGuessWasRight() {
        check("alice", "right").expectNext("alice").verifyComplete();
        for (int i = 0; i < 3; i++) {
            check("alice", "wrong" + i).verifyError(BadCredentialsException.class);
        }
        for (int i = 0; i < 30; i++) {
            check("alice", "guess" + i).verifyError(TooManyAttemptsException.class);
        }
        check("alice", "right").verifyError(TooManyAttemptsException.class);
    }

    @Test
    void whoGotInElsewhereDoesNotPassALockedPlace() {
        StepVerifier.create(credentials.check("alice", "right", "elsewhere"))
                .expectNext("alice")
                .verifyComplete();
        for (int i = 0; i < 3; i++) {
            check("alice", "wrong" + i).verifyError(BadCredentialsException.class);
        }
        check("alice", "right").verifyError(TooManyAttemptsException.class);
    }

    @Test
    void manyUsersWithRightCredentialsBehindOneAddressAreNotLockedOutByWaitingForTheirHashes() {
        gate = new CountDownLatch(1);
        StepVerifier.create(Flux.range(0, 20)
                        .flatMap(
                                i -> credentials
                                        .check("alice", i == 0 ? "right" : "other" + i, "a")
                                        .onErrorResume(failure -> Mono.empty()),
                                20)
                        .doOnSubscribe(
                                _ -> Schedulers.parallel().schedule(gate::countDown, 200, TimeUnit.MILLISECONDS)))
                .expectNext("alice")
                .verifyComplete();
        // Two were wrong; seventeen were turned away without being looked at.
        check("alice", "right").expectNext("alice").verifyComplete();
        check("alice", "wrong").verifyError(BadCredentialsException.class);
    }

    @Test
    void manyWrongOnesAtOnceCostNoMoreThanAllowed() {
        StepVerifier.create(Flux.range(0, 50)
                        .flatMap(
                                i -> credentials
                                        .check("alice", "wrong" + i, "a")
                                        .onErrorResume(failure -> Mono.empty()),
                                50))
                .verifyComplete();
        assertThat(hashes.get()).isEqualTo(3);
    }

    @Test
    void manyConnectionsThatBeginAtOnceAreHashedOnceAndNotTakenForGuessing() {
        StepVerifier.create(Flux.range(0, 50).flatMap(i -> credentials.check("alice", "right", "a"), 50))
                .expectNextCount(50)
                .verifyComplete();
        assertThat(hashes.get()).isOne();
    }

    @Test
    void aFloodFromManyPlacesIsTurnedAwayWhileThoseKnownGetIn() {
        check("alice", "right").expectNext("alice").verifyComplete();
        gate = new CountDownLatch(1);
        AtomicInteger turnedAway = new AtomicInteger();
        StepVerifier.create(Flux.range(0, 200)
                        .flatMap(
                                i -> credentials
                                        .check("alice", "wrong", "place" + i)
                                        .doOnError(TooManyAttemptsException.class, many -> {
                                            // The queue is full: a known user still gets in at once.
                                            turnedAway.incrementAndGet();
                                        })
                                        .onErrorResume(failure -> Mono.empty()),
                                200)
                        .mergeWith(Mono.defer(() -> credentials.check("alice", "right", "a"))
                                .doOnNext(user -> gate.countDown())))
                .expectNext("alice")
                .verifyComplete();
        assertThat(turnedAway.get()).isGreaterThan(100);
    }

    private StepVerifier.FirstStep<String> check(String user, String password) {
        return StepVerifier.create(credentials.check(user, password, "a"));
    }

    private VerifiedCredentials remembering(Duration time) {
        PasswordEncoder counting = new PasswordEncoder() {
            @Override
            public String encode(@Nullable CharSequence raw) {
                return "hash of " + raw;
            }

            @Override
            public boolean matches(@Nullable CharSequence raw, @Nullable String encoded) {
                hashes.incrementAndGet();
                try {
                    gate.await();
                } catch (InterruptedException interrupted) {
                    Thread.currentThread().interrupt();
                }
                return encode(raw).equals(encoded);
            }
        };
        return new VerifiedCredentials(
                new Account("alice", "hash of right"),
                counting,
                new FailedLogins(Clock.systemUTC(), 3, Duration.ofMinutes(1)),
                time);
    }
}
