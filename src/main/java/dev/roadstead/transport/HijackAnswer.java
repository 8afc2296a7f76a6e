package dev.roadstead.transport;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequestEncoder;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.MonoSink;

/** Reads the answer to a call that wants the connection for itself, then makes way for {@link PulledBytes} or closes. */
final class HijackAnswer extends ChannelInboundHandlerAdapter {
    /** As much as is collected of any error. */
    private static final int MAX_REFUSAL = 1024 * 1024;

    /** The stream comes as it was made, the refusal as it was read. */
    interface Outcome {
        Hijack granted(PulledBytes pulled, HttpHeaders headers);
    }

    private final MonoSink<Hijack> sink;
    private final Failures failures;
    private final Outcome outcome;
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private @Nullable HttpResponse head;
    private boolean done;

    HijackAnswer(MonoSink<Hijack> sink, Failures failures, Outcome outcome) {
        this.sink = sink;
        this.failures = failures;
        this.outcome = outcome;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) throws IOException {
        if (done) {
            // What came in one packet with the head.
            context.fireChannelRead(message);
            return;
        }
        try {
            DecoderResult result = message instanceof HttpObject read ? read.decoderResult() : DecoderResult.SUCCESS;
            if (result.isFailure()) {
                fail(context, result.cause());
                return;
            }
            if (message instanceof HttpResponse response) {
                head = response;
            }
            if (message instanceof HttpContent content) {
                int room = Math.min(content.content().readableBytes(), MAX_REFUSAL - body.size());
                content.content().readBytes(body, room);
                if (message instanceof LastHttpContent || body.size() >= MAX_REFUSAL) {
                    answered(context);
                }
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void answered(ChannelHandlerContext context) {
        HttpResponse response = head;
        if (response == null) {
            return;
        }
        if (response.status().equals(HttpResponseStatus.SWITCHING_PROTOCOLS)) {
            done = true;
            sink.success(outcome.granted(makeWay(context), response.headers()));
        } else if (response.status().codeClass() != HttpStatusClass.INFORMATIONAL) {
            done = true;
            var _ = context.close();
            sink.success(new Hijack.Refused(new EngineReply(
                    response.status().code(), Answer.lowerCased(response.headers()), body.toByteArray())));
        }
    }

    private PulledBytes makeWay(ChannelHandlerContext context) {
        PulledBytes pulled = new PulledBytes(context.channel().eventLoop(), failures);
        ChannelPipeline pipeline = context.pipeline();
        pipeline.addAfter(context.name(), "pulledBytes", pulled);
        pipeline.remove(HttpRequestEncoder.class);
        // Gives what it has read beyond the head.
        pipeline.remove(HttpResponseDecoder.class);
        pipeline.remove(this);
        return pulled;
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (done) {
            context.fireChannelReadComplete();
        } else {
            context.read();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        if (!done) {
            fail(context, new ClosedChannelException());
        }
        context.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable failure) {
        fail(context, failure);
    }

    private void fail(ChannelHandlerContext context, Throwable failure) {
        if (!done) {
            done = true;
            var _ = context.close();
            sink.error(failures.name(failure, true));
        }
    }
}
