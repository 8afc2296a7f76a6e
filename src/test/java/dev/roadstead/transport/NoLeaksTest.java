package dev.roadstead.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBufAllocator;
import org.junit.jupiter.api.Test;

class NoLeaksTest {
    private final NoLeaks check = new NoLeaks();

    @Test
    void aForgottenBufferIsFound() {
        check.begin();
        for (int i = 0; i < 10; i++) {
            forget();
        }
        assertThat(check.end()).isNotEmpty();
    }

    @Test
    void releasedBuffersAreFine() {
        check.begin();
        ByteBufAllocator.DEFAULT.directBuffer(64).release();
        assertThat(check.end()).isEmpty();
    }

    private static void forget() {
        ByteBufAllocator.DEFAULT.directBuffer(64).writeByte(1);
    }
}
