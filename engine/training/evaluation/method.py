"""How every figure of the card is measured, for those who read it."""

from __future__ import annotations

TEXT = """\
Everything is compared in mono (the mean of left and right), at 48 kHz, with FluidSynth's render
of the same score by FluidR3 GM, gain 0.2, reverb and chorus off. Families are solos and duets
made from seeds that training never has.

- **Log-mel L1**: 128 mels, FFT 2048, hop 512, natural logarithm of magnitudes, floor 1e-4; mean
  absolute difference in nats.
- **STFT distance**: spectral convergence plus mean absolute difference of log magnitudes (nats,
  floor 100 dB under a full-scale sine), the mean of three resolutions: FFT 1024, 2048, 512, hop
  120, 240, 50, window 600, 1200, 240 (Yamamoto et al., Parallel WaveGAN, arXiv 1910.11480).
- **Movement**: mean absolute difference of successive spectral frames of the log-mel, over the
  render's.
- **Loudness**: integrated, ITU-R BS.1770-4 by pyloudnorm, both sounds raised by 30 dB first, so
  that the gate spares quiet passages; the error is the mean of absolute differences, the bias
  that of signed ones.
- **F1 ratios**: mean F1 through basic-pitch 0.4.0 over the render's own mean, of the scores where
  the render's is above 0.1; an onset counts within 50 ms at the right pitch, an offset within 50
  ms or a fifth of the note. Drums are not transcribed. A model that is cleaner than the render
  may have more than 1. *Notes heard* counts more scores, of which one or the other is above 0.1,
  and tells the standard error of each ratio; beside them is what basic-pitch makes of the render
  itself when it is heard 128 frames (2.7 ms) earlier or later, as its frames of 11.6 ms fall.
- **Seam ratio**: energy of sample differences within 32 frames of a join of two windows over that
  within 0.1 s around it, the geometric mean over joins; over the same at eight places between two
  joins each; over the same of the render, which has no joins, so that what the music does at those
  places counts for nothing. In spectral frames: log-mel differences within 2 hops of a join over
  those within 32 hops.
- **Told apart**: half-second log-mel clips of ours and of the render's, split by score into four
  folds; the share that a logistic regression (mean, deviation and movement of each mel) and a
  small convolutional network get right, with the 95 % interval of a bootstrap over scores. 0.5 is
  chance.
- **Velocity**: every program and drum kit strikes one key (kits three) at velocities 15, 35, 55,
  75, 95 and 115; the level of the first 0.5 s against the strike before it, and against the
  render's.
- **Held notes**: every program holds one key for 8 s; the level of a second against that of the
  render's, where the render is no softer than 60 dB under its loudest second.
- **Drift**: a phrase repeated without a gap in one job; each repeat's level against the render's,
  along a straight line from the first to the last."""
