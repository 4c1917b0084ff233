import '../base/base.css';
import '../base/kit.css';
import '../base/sheet.css';
import '../base/stage.css';
import '../play/play.css';
import '../faces/engage-scratch';
import '../play/engage-countdown';
import '../play/engage-game';
