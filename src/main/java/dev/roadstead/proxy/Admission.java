package dev.roadstead.proxy;

import io.netty.channel.Channel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;

/** Finds out who asks on one connection, and remembers it for a moment. All on the connection's thread. */
final class Admission implements AutoCloseable {
    private static final long REMEMBERED_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final ProxyService service;
    private final ProxyDoor door;
    private final ProxyFront front;
    private @Nullable Disposable asking;
    private byte @Nullable [] knownAuthorization;
    private String knownUser = "";
    private long knownUntil;

    Admission(ProxyService service, ProxyDoor door, ProxyFront front) {
        this.service = service;
        this.door = door;
        this.front = front;
    }

    /**
     * Judges by what a request says of its sender; the answer comes at once, or later.
     *
     * @param let gets the user's name
     * @param refuse gets the reason
     */
    void judge(RequestHead head, Consumer<String> let, Consumer<Throwable> refuse) {
        if (isForeign(head)) {
            refuse.accept(new ProxyRefusal(ProxyRefusal.Kind.CROSS_SITE, "a page of another site may not use this"));
            return;
        }
        Channel channel = front.channel();
        String trusted = door.trustedUser(channel);
        if (trusted != null) {
            let.accept(trusted);
            return;
        }
        byte[] known = knownAuthorization;
        if (known != null && System.nanoTime() - knownUntil < 0 && head.isAuthorizedBy(known)) {
            let.accept(knownUser);
            return;
        }
        asking = service.ask(
                head.authorization(),
                remote(channel),
                user -> onLoop(() -> {
                    knownAuthorization = head.authorizationBytes();
                    knownUser = user;
                    knownUntil = System.nanoTime() + REMEMBERED_NANOS;
                    let.accept(user);
                }),
                failure -> onLoop(() -> {
                    knownAuthorization = null;
                    refuse.accept(failure);
                }));
    }

    private boolean isForeign(RequestHead head) {
        return service.access()
                .isForeign(
                        !head.isSafe(),
                        head.isUpgrade(),
                        head.origin() == null && head.site() == null ? null : head.host(),
                        head.origin(),
                        head.site());
    }

    private static @Nullable InetAddress remote(Channel channel) {
        return channel.remoteAddress() instanceof InetSocketAddress address ? address.getAddress() : null;
    }

    private void onLoop(Runnable then) {
        if (front.loop().inEventLoop()) {
            then.run();
        } else {
            front.loop().execute(then);
        }
    }

    /** Nobody waits for the answer any more. */
    @Override
    public void close() {
        Disposable open = asking;
        asking = null;
        if (open != null) {
            open.dispose();
        }
    }
}
