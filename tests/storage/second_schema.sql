INSERT INTO unions (id, name, path) VALUES (1, '开远公司工会', '/1/');
INSERT INTO people (id, union_id, name, telegram_id, state, language)
VALUES (1, 1, '张东', 1001, 'ACTIVE', 'zh');
INSERT INTO households
  (id, file_no, union_id, name, state, category, main_cause, other_causes, liaison_id, opened_on)
VALUES
  (1, 'K1', 1, '凤芳', 'ACTIVE', 'SPECIAL', 'ILLNESS', '[]', 1, '2017-01-10'),
  (2, 'K2', 1, '施磊斌', 'ACTIVE', 'SPECIAL', 'ILLNESS', '[]', 1, '2017-01-10'),
  (3, 'K3', 1, '袁静', 'ACTIVE', 'SPECIAL', 'ILLNESS', '[]', 1, '2017-01-10');
INSERT INTO followups
  (id, household_id, kind, round, opens_on, due_on, ladder_from, state, next_stage, next_stage_on,
   source, interval_days, snoozes, snoozed_until, created_at)
VALUES
  (1, 1, 'recheck', 1, '2017-08-25', '2017-09-01', '2017-09-01', 'OPEN', 'late', '2017-09-04',
   'visit:r1', 90, 0, NULL, '2017-06-03 01:00:00'),
  (2, 2, 'recheck', 1, '2017-08-25', '2017-09-01', '2017-09-03', 'OPEN', 'late', '2017-09-04',
   'visit:r2', 90, 2, '2017-09-03', '2017-06-03 01:00:00'),
  (3, 3, 'recheck', 1, '2017-08-25', '2017-09-01', '2017-09-04', 'OPEN', 'late', '2017-09-04',
   'visit:r3', 90, 1, '2017-09-04', '2017-06-03 01:00:00');
INSERT INTO notices (followup_id, due_on, stage, snoozes, person_id, because, told_at) VALUES
  (1, '2017-09-01', 'opens', 0, 1, 'liaison', '2017-08-25 00:30:00'),
  (1, '2017-09-01', 'due', 0, 1, 'liaison', '2017-09-01 00:30:00'),
  (2, '2017-09-01', 'opens', 0, 1, 'liaison', '2017-08-25 00:30:00'),
  (2, '2017-09-01', 'opens', 1, 1, 'liaison', '2017-08-28 00:30:00'),
  (2, '2017-09-01', 'due', 2, 1, 'liaison', '2017-09-03 00:30:00'),
  (3, '2017-09-01', 'due', 0, 1, 'liaison', NULL)
