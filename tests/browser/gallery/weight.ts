// All faces and what they stand on, for weighing.
import '../../../static/src/faces/engage-result';
import '../../../static/src/faces/engage-scratch';
import '../../../static/src/faces/engage-wheel';
import '../../../static/src/faces/brand';
import '../../../static/src/faces/motion';
