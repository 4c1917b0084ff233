\set m random(0, :members - 1)
BEGIN;
SELECT position, credits, debits FROM book WHERE member = 'mem_bench' || lpad(:m::text, 6, '0') FOR NO KEY UPDATE;
SELECT revision, run, game_seq, head FROM game WHERE id = 'gam_bench' FOR NO KEY UPDATE;
SELECT id FROM play WHERE member = 'mem_bench' || lpad(:m::text, 6, '0') AND key = gen_random_uuid()::text;
SELECT time_zone, insider FROM member WHERE id = 'mem_bench' || lpad(:m::text, 6, '0');
SELECT member_seq, nonce, epoch FROM member_game WHERE member = 'mem_bench' || lpad(:m::text, 6, '0') AND game = 'gam_bench';
SELECT id, sealed_seed FROM epoch WHERE member = 'mem_bench' || lpad(:m::text, 6, '0') AND game = 'gam_bench' LIMIT 1;
SELECT prize, units_left FROM pool WHERE game = 'gam_bench';
SELECT id, remaining FROM lot WHERE member = 'mem_bench' || lpad(:m::text, 6, '0') AND asset = ('TURN' || chr(58) || 'gam_bench') AND remaining > 0 LIMIT 1;
UPDATE lot SET remaining = remaining - 1 WHERE id = ('turns' || chr(58) || 'mem_bench') || lpad(:m::text, 6, '0') || '#0';
UPDATE book SET position = position + 1, credits = credits + 5 WHERE member = 'mem_bench' || lpad(:m::text, 6, '0');
UPDATE member_game SET member_seq = member_seq + 1, nonce = nonce + 1, turn_debits = turn_debits + 1, plays_today = plays_today + 1 WHERE member = 'mem_bench' || lpad(:m::text, 6, '0') AND game = 'gam_bench';
UPDATE pool SET units_left = units_left - 1 WHERE game = 'gam_bench' AND prize = 'prz_p5';
UPDATE game SET game_seq = game_seq + 1 WHERE id = 'gam_bench' RETURNING game_seq AS seq \gset
INSERT INTO posting (cause, n, route, asset_class, asset, debit_kind, credit_kind, owner, member, amount, lot, recorded_at) VALUES (('play' || chr(58) || 'pgb') || :seq, 0, 132, 'TURN', ('TURN' || chr(58) || 'gam_bench'), 'MEMBER', 'TURN_SINK', 'gam_bench', 'mem_bench' || lpad(:m::text, 6, '0'), 1, ('turns' || chr(58) || 'mem_bench') || lpad(:m::text, 6, '0') || '#0', 1800000000000);
INSERT INTO lot (id, member, asset, amount, remaining, held, earned_at) SELECT ('play' || chr(58) || 'pgb') || :seq || '#1', 'mem_bench' || lpad(:m::text, 6, '0'), 'PTS', 5, 5, 0, 1800000000000 WHERE :seq % 5 < 2;
INSERT INTO posting (cause, n, route, asset_class, asset, debit_kind, credit_kind, owner, member, amount, lot, recorded_at) SELECT ('play' || chr(58) || 'pgb') || :seq, 1, 111, 'PTS', 'PTS', 'POOL', 'MEMBER', 'cmp', 'mem_bench' || lpad(:m::text, 6, '0'), 5, ('play' || chr(58) || 'pgb') || :seq || '#1', 1800000000000 WHERE :seq % 5 < 2;
INSERT INTO play (id, member, key, fingerprint, game, game_seq, epoch, nonce, answer) VALUES ('pla_pgb' || :seq, 'mem_bench' || lpad(:m::text, 6, '0'), gen_random_uuid()::text, repeat('f', 32), 'gam_bench', :seq, 'epo_pgb' || :seq, 0, repeat('x', 1500));
UPDATE log_head SET n = n + 1 WHERE id = 1 RETURNING n AS position \gset
INSERT INTO event (position, name, subject, data, member, member_position, game, recorded_at) VALUES (:position, 'play.settled', ('play' || chr(58) || 'pgb') || :seq, '', 'mem_bench' || lpad(:m::text, 6, '0'), 1000000000 + :position, 'gam_bench', 1800000000000);
COMMIT;
