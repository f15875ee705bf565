/** Digests of the data sets that are known by their content, as datasetDigest has them. */

/** All of MNIST: its 60,000 training images, then its 10,000 test images. */
export const mnistDigest = "f97ab6b23e27052178f356cb11e62c025aa50cb2d411789f62fdff1fca6e1d15";

/** The 10,000 digits that fedstep carries, which stand in for MNIST where no mirror can be reached. */
export const sampleDigest = "c37b73dd3fe089fcdb91135fc2a6d44548269841d35e8ab6f3dc5e305eacc12b";
