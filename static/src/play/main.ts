import '../base/base.css';
import '../base/kit.css';
import '../base/sheet.css';
import '../base/stage.css';
import './play.css';
import '../faces/engage-wheel';
import './engage-countdown';
import './engage-game';
