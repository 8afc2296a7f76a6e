package dev.roadstead.lab;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The tests need parts of the lab of real engines ({@code src/test/lab}). Without them they are skipped; but they fail if {@code
 * ROADSTEAD_TEST_REQUIRE} names the part, so that a build that must have it cannot pass by skipping.
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
@ExtendWith(LabCondition.class)
public @interface RequiresLab {
    /** Parts by name, as in {@code ROADSTEAD_TEST_REQUIRE}: {@code docker}, {@code podman}, {@code lxd}, {@code registry}, {@code newer}. */
    String[] value();
}
