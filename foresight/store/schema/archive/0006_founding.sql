-- A calibration says what founded the groups it was drawn from; one without that is estimated again.
UPDATE engine SET null_calibration = '[]', calibrated = NULL;
DELETE FROM backtest;
