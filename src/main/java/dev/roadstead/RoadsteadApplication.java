package dev.roadstead;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** Starts the gateway. */
@SpringBootApplication
public class RoadsteadApplication {

    /** Starts the application; settings may also come as {@code --name=value} arguments. */
    public static void main(String[] args) {
        // Netty reads these once. More threads than cores take turns where one could go on, and pooled buffers cost
        // less (docs/benchmarks.md).
        int threads = Math.max(2, Runtime.getRuntime().availableProcessors());
        unlessSaid("reactor.netty.ioWorkerCount", String.valueOf(threads));
        unlessSaid("io.netty.allocator.type", "pooled");
        SpringApplication.run(RoadsteadApplication.class, args);
    }

    private static void unlessSaid(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }
}
