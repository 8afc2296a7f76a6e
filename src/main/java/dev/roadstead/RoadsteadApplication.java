package dev.roadstead;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** Starts the gateway. */
@SpringBootApplication
public class RoadsteadApplication {

    /** Starts the application; settings may also come as {@code --name=value} arguments. */
    public static void main(String[] args) {
        SpringApplication.run(RoadsteadApplication.class, args);
    }
}
