package dev.roadstead.transport;

import dev.roadstead.engine.EngineException;
import dev.roadstead.engine.EngineException.Evidence;
import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.PrematureChannelClosureException;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.Locale;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;
import reactor.netty.channel.AbortedException;
import reactor.netty.http.client.PrematureCloseException;
import reactor.netty.internal.shaded.reactor.pool.PoolAcquirePendingLimitException;
import reactor.netty.internal.shaded.reactor.pool.PoolAcquireTimeoutException;
import reactor.netty.internal.shaded.reactor.pool.PoolShutdownException;

/** What went wrong below HTTP, in the words of {@link EngineException}. */
final class Failures {
    /** The alerts by which a server refuses the certificate it was shown, or the lack of one (RFC 8446 section 6.2). */
    private static final Pattern CERTIFICATE_ALERT =
            Pattern.compile("certificate|unknown_ca|access_denied|handshake_failure");

    private final String engine;

    Failures(String engine) {
        this.engine = engine;
    }

    /**
     * Names a failure; what is no failure of the connection stays what it is.
     *
     * @param connected whether a connection stood when it happened
     */
    Throwable name(Throwable failure, boolean connected) {
        for (Throwable at = failure; at != null; at = at.getCause()) {
            switch (at) {
                case UploadFailure upload -> {
                    return upload.source();
                }
                case EngineException named -> {
                    return named;
                }
                default -> {
                    EngineException named = named(at, failure);
                    if (named != null) {
                        return named;
                    }
                }
            }
        }
        return unnamed(failure, connected);
    }

    /** Whether the connection broke, as against an answer that makes no sense. */
    static boolean isBroken(Throwable failure) {
        return (failure instanceof IOException && !(failure instanceof SSLException))
                || failure instanceof AbortedException
                || failure instanceof PrematureChannelClosureException;
    }

    EngineException.TimedOut late(String what, @Nullable Throwable cause) {
        return new EngineException.TimedOut(
                "engine %s gave no answer in time: %s".formatted(engine, what), Evidence.of(engine), cause);
    }

    EngineException.Unavailable busy() {
        return new EngineException.Unavailable(
                "ENGINE_BUSY", "every connection to engine %s is in use".formatted(engine), Evidence.of(engine), null);
    }

    EngineException.Unavailable closed() {
        return unavailable("its connections are closed", null);
    }

    EngineException.Failed tooLarge(int limit) {
        return nonsense("answer too large (expected: at most %d bytes)".formatted(limit), null);
    }

    EngineException.Failed nonsense(String what, @Nullable Throwable cause) {
        return new EngineException.Failed(
                "ENGINE_NONSENSE", "engine %s: %s".formatted(engine, what), Evidence.of(engine), cause);
    }

    private @Nullable EngineException named(Throwable at, Throwable whole) {
        return switch (at) {
            case PoolAcquireTimeoutException _ -> busy();
            case PoolAcquirePendingLimitException _ -> busy();
            case PoolShutdownException _ -> closed();
            case ConnectTimeoutException _ -> late("no connection", whole);
            case SslHandshakeTimeoutException _ -> late("no TLS handshake", whole);
            case TimeoutException _ -> late("the request's bound is over", whole);
            case NotSslRecordException _ -> nonsense("it does not speak TLS", whole);
            case CertificateException _ -> untrusted(at, whole);
            case CertPathValidatorException _ -> untrusted(at, whole);
            case SSLPeerUnverifiedException _ -> untrusted(at, whole);
            default -> null;
        };
    }

    private Throwable unnamed(Throwable failure, boolean connected) {
        for (Throwable at = failure; at != null; at = at.getCause()) {
            if (at instanceof SSLException tls && isCertificateRefusal(tls)) {
                return new EngineException.Denied(
                        "ENGINE_DENIED",
                        "engine %s refuses the gateway's certificate: %s".formatted(engine, tls.getMessage()),
                        Evidence.of(engine),
                        failure);
            }
        }
        for (Throwable at = failure; at != null; at = at.getCause()) {
            if (at instanceof IOException || at instanceof AbortedException) {
                return connected ? brokeOff(at, failure) : unavailable(reason(at, "nobody listens there"), failure);
            }
            if (at instanceof PrematureChannelClosureException) {
                return brokeOff(at, failure);
            }
        }
        // Netty's HTTP decoder reports what it cannot read with its own and with plain argument exceptions.
        if (failure instanceof DecoderException || failure instanceof IllegalArgumentException) {
            return nonsense("not HTTP: " + failure.getMessage(), failure);
        }
        return failure;
    }

    private static boolean isCertificateRefusal(SSLException tls) {
        String message = String.valueOf(tls.getMessage()).toLowerCase(Locale.ROOT);
        return message.contains("alert") && CERTIFICATE_ALERT.matcher(message).find();
    }

    EngineException.Failed brokeOff(String how) {
        return brokeOff(how, null);
    }

    private EngineException.Failed brokeOff(Throwable at, Throwable whole) {
        String how = at instanceof PrematureCloseException || at instanceof ClosedChannelException
                ? "it closed the connection"
                : reason(at, "the connection broke");
        return brokeOff(how, whole);
    }

    private EngineException.Failed brokeOff(String how, @Nullable Throwable whole) {
        return new EngineException.Failed(
                "ENGINE_BROKE_OFF", "engine %s broke off: %s".formatted(engine, how), Evidence.of(engine), whole);
    }

    /** Netty's native transports give some failures no text. */
    private static String reason(Throwable failure, String otherwise) {
        for (Throwable at = failure; at != null; at = at.getCause()) {
            if (at.getMessage() != null) {
                return at.getMessage();
            }
        }
        return otherwise;
    }

    private EngineException.Denied untrusted(Throwable at, Throwable whole) {
        return new EngineException.Denied(
                "ENGINE_UNTRUSTED",
                "the certificate of engine %s is not trusted: %s".formatted(engine, fault(at)),
                Evidence.of(engine),
                whole);
    }

    /** The platform hides behind a general sentence that a certificate is only too old or too young. */
    private static @Nullable String fault(Throwable refused) {
        for (Throwable at = refused; at != null; at = at.getCause()) {
            if (at instanceof CertificateExpiredException) {
                return "it has expired (%s)".formatted(at.getMessage());
            }
            if (at instanceof CertificateNotYetValidException) {
                return "it is not valid yet (%s)".formatted(at.getMessage());
            }
        }
        return refused.getMessage();
    }

    private EngineException.Unavailable unavailable(String why, @Nullable Throwable whole) {
        return new EngineException.Unavailable(
                "engine %s cannot be reached: %s".formatted(engine, why), Evidence.of(engine), whole);
    }
}
