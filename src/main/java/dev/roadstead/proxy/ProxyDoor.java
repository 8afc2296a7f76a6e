package dev.roadstead.proxy;

import io.netty.channel.Channel;
import io.netty.handler.ssl.SslHandler;
import java.util.Locale;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/** Where requests come in: tells which are for an engine. */
interface ProxyDoor {
    /**
     * What a request is for.
     *
     * @param engine its name; there may be none of that name
     * @param targetFrom where the engine's own target begins in the head
     * @param ownAddress whether the engine has an address of its own here
     */
    record Destination(String engine, int targetFrom, boolean ownAddress) {}

    /** What it is for; null: no engine. Only the request line has been read, unless {@link #needsHost()}. */
    @Nullable
    Destination destination(RequestHead head);

    /** Whether it looks at {@code Host}. */
    boolean needsHost();

    /** Whoever comes in here without credentials; null: nobody does. */
    @Nullable
    String trustedUser(Channel channel);

    /** By the path on the gateway's own port: {@code /v1/engines/{engine}/proxy/…}; and by the name of the host. */
    record Shared(@Nullable String domain) implements ProxyDoor {
        private static final String BEFORE = "/v1/engines/";
        private static final String BEHIND = "/proxy";
        private static final int MOST_NAME = 63;

        @Override
        public @Nullable Destination destination(RequestHead head) {
            byte[] bytes = head.bytes;
            if (isAt(BEFORE, bytes, head.targetFrom, head.targetTo)) {
                int name = head.targetFrom + BEFORE.length();
                int end = name;
                while (end < head.targetTo && isNameLetter(bytes[end])) {
                    end++;
                }
                int rest = end + BEHIND.length();
                boolean isOurs = end > name
                        && end - name <= MOST_NAME
                        && isAt(BEHIND, bytes, end, head.targetTo)
                        && (rest == head.targetTo || bytes[rest] == '/' || bytes[rest] == '?');
                if (isOurs) {
                    return new Destination(head.text(name, end), rest, false);
                }
            }
            return domain == null ? null : byHost(head, domain);
        }

        private static @Nullable Destination byHost(RequestHead head, String domain) {
            String host = head.host().toLowerCase(Locale.ROOT);
            int colon = host.indexOf(':');
            String name = colon < 0 ? host : host.substring(0, colon);
            if (!name.endsWith("." + domain)) {
                return null;
            }
            String engine = name.substring(0, name.length() - domain.length() - 1);
            return engine.isEmpty() || engine.indexOf('.') >= 0 ? null : new Destination(engine, head.targetFrom, true);
        }

        private static boolean isAt(String word, byte[] bytes, int from, int to) {
            if (to - from < word.length()) {
                return false;
            }
            for (int at = 0; at < word.length(); at++) {
                if (bytes[from + at] != word.charAt(at)) {
                    return false;
                }
            }
            return true;
        }

        private static boolean isNameLetter(byte letter) {
            return (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9') || letter == '-';
        }

        @Override
        public boolean needsHost() {
            return domain != null;
        }

        @Override
        public @Nullable String trustedUser(Channel channel) {
            return null;
        }
    }

    /**
     * An engine's own address.
     *
     * @param everybody the name of whoever comes in here; null: callers tell who they are
     * @param byCertificate whether a certificate that was checked tells it
     */
    record Own(String engine, @Nullable String everybody, boolean byCertificate) implements ProxyDoor {
        @Override
        public Destination destination(RequestHead head) {
            return new Destination(engine, head.targetFrom, true);
        }

        @Override
        public boolean needsHost() {
            return false;
        }

        @Override
        public @Nullable String trustedUser(Channel channel) {
            SslHandler tls = byCertificate ? channel.pipeline().get(SslHandler.class) : null;
            if (tls == null) {
                return everybody;
            }
            try {
                return tls.engine().getSession().getPeerPrincipal().getName();
            } catch (SSLPeerUnverifiedException none) {
                return null;
            }
        }
    }
}
