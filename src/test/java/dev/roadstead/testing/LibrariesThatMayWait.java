package dev.roadstead.testing;

import reactor.blockhound.BlockHound;
import reactor.blockhound.integration.BlockHoundIntegration;

/** What libraries do that looks like waiting by its form, and holds nobody up. */
public final class LibrariesThatMayWait implements BlockHoundIntegration {
    @Override
    public void applyTo(BlockHound.Builder builder) {
        // A file read, but of /dev/urandom: Linux never makes anybody wait there.
        builder.allowBlockingCallsInside("sun.security.provider.NativePRNG$RandomIO", "readFully");
        // Netty's allocator takes a StampedLock for the moment in which it adds a magazine.
        builder.allowBlockingCallsInside("io.netty.buffer.AdaptivePoolingAllocator$MagazineGroup", "allocate");
    }
}
