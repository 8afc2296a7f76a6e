package dev.roadstead.transport;

import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.DefaultMaxMessagesRecvByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator;

/**
 * How much is read from one connection at once: what came lately says so, up to a bound. It can be told to read little for a while, when
 * what is read tells no more than that there is something.
 */
public final class ReadSizes extends DefaultMaxMessagesRecvByteBufAllocator {
    private static final int LEAST = 512;
    private static final int USUAL = 8 * 1024;
    private static final int LITTLE = 4 * 1024;

    private final RecvByteBufAllocator adaptive;
    private boolean little;

    /**
     * @param most of one read, in bytes
     * @param times how often it is read before others get their turn, where it is read without being asked
     */
    public ReadSizes(int most, int times) {
        super(times);
        adaptive = new AdaptiveRecvByteBufAllocator(LEAST, USUAL, most);
    }

    /** Tells a connection that has one to read little, or as before; on its thread. */
    public static void readLittle(Channel channel, boolean little) {
        if (channel.config().getRecvByteBufAllocator() instanceof ReadSizes sizes) {
            sizes.little = little;
        }
    }

    @Override
    @SuppressWarnings("deprecation") // the interface's own signature
    public Handle newHandle() {
        return new Sizes((ExtendedHandle) adaptive.newHandle());
    }

    private final class Sizes extends MaxMessageHandle {
        private final ExtendedHandle usual;
        private boolean first = true;

        Sizes(ExtendedHandle usual) {
            this.usual = usual;
        }

        @Override
        public int guess() {
            // Behind the other side's end all of it is read, however little it was to be.
            return little && first ? LITTLE : usual.guess();
        }

        @Override
        public void reset(ChannelConfig config) {
            super.reset(config);
            usual.reset(config);
            first = true;
        }

        @Override
        public void attemptedBytesRead(int bytes) {
            super.attemptedBytesRead(bytes);
            usual.attemptedBytesRead(bytes);
        }

        @Override
        public void lastBytesRead(int bytes) {
            super.lastBytesRead(bytes);
            if (!little) {
                usual.lastBytesRead(bytes);
            }
            first = false;
        }

        @Override
        public void readComplete() {
            if (!little) {
                usual.readComplete();
            }
        }
    }
}
